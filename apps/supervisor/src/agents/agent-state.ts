import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  diffTree,
  keepChanges,
  readChange,
  recoverChanges,
  type SandboxDriver,
  type TaskFolderView,
  undoChanges,
} from '@clawhold/sandbox';
import { type AgentChange, agentChangeSchema, ClawholdError, id, type RunId } from '@clawhold/spec';
import { z } from 'zod';
import { syncFolder } from '../disk/write-whole.ts';
import { inTurn } from '../order/in-turn.ts';
import { runFolder } from '../runs/run-folder.ts';

/** One line for each thing that happened to the state of an agent, the oldest first. */
const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('kept'),
    run: id('run'),
    begun: z.string(),
    /** The run had seen what is secret, so this may tell it. */
    isSecret: z.boolean(),
    change: agentChangeSchema,
  }),
  z.object({ kind: z.literal('undone'), run: id('run'), time: z.string() }),
]);
type Entry = z.infer<typeof entrySchema>;
type Kept = Extract<Entry, { kind: 'kept' }>;

/** Contents of a change that are shown, in characters; a larger one is listed. */
const shownCharacters = 32_768;

/** What a run leaves in the state of its agent. */
export interface KeptState {
  readonly run: RunId;
  readonly view: TaskFolderView;
  readonly isSecret: boolean;
}

/** What an agent keeps from run to run: its state, and how it came to be so. */
export interface AgentState {
  /** One run of an agent after the other has its state. */
  during<Result>(agent: string, work: (folder: string) => Promise<Result>): Promise<Result>;
  /** Takes what a run changed into the state, and writes down what that was. */
  keep(agent: string, kept: KeptState): Promise<void>;
  /** Whether something of it came from a run that had seen what is secret. */
  isSecret(agent: string): Promise<boolean>;
  /** The newest first, without those that were taken back. */
  changes(agent: string): Promise<readonly AgentChange[]>;
  /** Takes the newest back. @throws ClawholdError `state_agent_unchanged`; `state_changes_differ` when the files are others. */
  undo(agent: string): Promise<AgentChange>;
}

export function createAgentState(root: string, driver: SandboxDriver, now: () => number): AgentState {
  const turns = new Map<string, ReturnType<typeof inTurn>>();
  const folderOf = (agent: string): string => join(root, 'agents', agent);
  const log = (agent: string): string => join(folderOf(agent), 'changes.ndjson');

  function alone<Result>(agent: string, work: () => Promise<Result>): Promise<Result> {
    const turn = turns.get(agent) ?? inTurn();
    turns.set(agent, turn);
    return turn(work);
  }

  async function stateFolder(agent: string): Promise<string> {
    const state = join(folderOf(agent), 'state');
    for (const part of ['state', 'home', 'workspace']) await mkdir(join(state, part), { recursive: true, mode: 0o700 });
    return state;
  }

  async function entries(agent: string): Promise<readonly Entry[]> {
    const text = await readFile(log(agent), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    // A line that a crash cut was never told to anybody.
    return text.split('\n').flatMap((line) => {
      try {
        return [entrySchema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
  }

  async function write(agent: string, entry: Entry): Promise<void> {
    await appendFile(log(agent), `${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
    await syncFolder(folderOf(agent));
  }

  async function standing(agent: string): Promise<readonly Kept[]> {
    const all = await entries(agent);
    const undone = new Set(all.flatMap((entry) => (entry.kind === 'undone' ? [entry.run] : [])));
    return all.flatMap((entry) => (entry.kind === 'kept' && !undone.has(entry.run) ? [entry] : [])).toReversed();
  }

  async function viewOf(agent: string, { run, begun }: Pick<Kept, 'run' | 'begun'>): Promise<TaskFolderView> {
    return { taskFolder: await stateFolder(agent), storage: mindStorage(root, run), begun };
  }

  /** The newest keep, finished or forgotten if a process died at it. */
  async function settle(agent: string): Promise<Kept | undefined> {
    const [newest] = await standing(agent);
    if (newest === undefined || (await recoverChanges(driver, await viewOf(agent, newest))) > 0) return newest;
    await write(agent, { kind: 'undone', run: newest.run, time: new Date(now()).toISOString() });
    return settle(agent);
  }

  return {
    during: (agent, work) =>
      alone(agent, async () => {
        await settle(agent);
        return work(await stateFolder(agent));
      }),

    isSecret: async (agent) => (await standing(agent)).some(({ isSecret }) => isSecret),

    async keep(agent, { run, view, isSecret }) {
      const shown = await diffTree(driver, view);
      if (shown.changes.length === 0) return;
      const files = [];
      for (const change of shown.changes) {
        const isShown =
          change.type === 'file' && change.path.startsWith('workspace/') && !change.path.includes('/.git/');
        const { before, after } = isShown ? await readChange(driver, view, change) : { before: null, after: null };
        files.push({ path: change.path, change: change.change, before: textOf(before), after: textOf(after) });
      }
      const change = { run, time: new Date(now()).toISOString(), files };
      // Written first: what is in the state is in the list, whatever dies in between.
      await write(agent, { kind: 'kept', run, begun: view.begun, isSecret, change });
      const { applied } = await keepChanges(driver, view, { id: keepId(run), shown, paths: null, skipConflicts: true });
      if (!applied) await write(agent, { kind: 'undone', run, time: new Date(now()).toISOString() });
    },

    changes: async (agent) => (await standing(agent)).map(({ change }) => change),

    undo: (agent) =>
      alone(agent, async () => {
        const newest = await settle(agent);
        if (newest === undefined)
          throw new ClawholdError('state_agent_unchanged', `Nothing that ${agent} keeps was changed by a run.`);
        const { run, change } = newest;
        const view = await viewOf(agent, newest);
        const { applied } = await undoChanges(driver, view, { id: keepId(run) });
        if (!applied)
          throw new ClawholdError(
            'state_changes_differ',
            'What the run left there was changed by somebody else since.',
          );
        await write(agent, { kind: 'undone', run, time: new Date(now()).toISOString() });
        return change;
      }),
  };
}

/** Where what a mind changes in one run lies. */
export function mindStorage(root: string, run: RunId): string {
  return join(runFolder(root, run), 'mind');
}

const keepId = (run: RunId): string => `state-${run}`;

function textOf(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.length > shownCharacters) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
