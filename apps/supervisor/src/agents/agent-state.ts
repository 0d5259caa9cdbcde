import { mkdir } from 'node:fs/promises';
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
import { type AgentChange, type AgentSnapshot, ClawholdError, type RunId } from '@clawhold/spec';
import { inTurn } from '../order/in-turn.ts';
import { runFolder } from '../runs/run-folder.ts';
import { type Kept, type LogEntry, readLog, type StandingChange, standingOf, writeLog } from './agent-log.ts';
import { snapshotShelf } from './snapshots.ts';

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
  /** Whether a run has the state of an agent, or waits for it. */
  isBusy(agent: string): boolean;
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
  /** The newest first. */
  snapshots(agent: string): Promise<readonly AgentSnapshot[]>;
  /** Copies what the agent keeps. @throws ClawholdError `state_agent_busy` while a run has it. */
  snapshot(agent: string, why: AgentSnapshot['why']): Promise<AgentSnapshot>;
  /**
   * What the agent keeps is again as it was then; as it is now is a snapshot too, so that this can be taken back.
   *
   * @throws ClawholdError `state_agent_busy`, `state_no_such_snapshot`.
   */
  restore(agent: string, number: number): Promise<{ readonly restored: AgentSnapshot; readonly left: AgentSnapshot }>;
}

export function createAgentState(root: string, driver: SandboxDriver, now: () => number): AgentState {
  const turns = new Map<string, ReturnType<typeof inTurn>>();
  /** How many runs have the state of an agent, or wait for it. */
  const busy = new Map<string, number>();
  const time = (): string => new Date(now()).toISOString();
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

  const standing = async (agent: string): Promise<readonly StandingChange[]> => standingOf(await readLog(log(agent)));
  const write = (agent: string, entry: LogEntry): Promise<void> => writeLog(log(agent), entry);

  async function viewOf(agent: string, { run, begun }: Pick<Kept, 'run' | 'begun'>): Promise<TaskFolderView> {
    return { taskFolder: await stateFolder(agent), storage: mindStorage(root, run), begun };
  }

  /** The newest keep, finished or forgotten if a process died at it. */
  async function settle(agent: string): Promise<StandingChange | undefined> {
    await snapshotShelf(folderOf(agent)).recover(await readLog(log(agent)));
    const [newest] = await standing(agent);
    if (newest === undefined || newest.isPast) return newest;
    const kept = await whereKept(await viewOf(agent, newest.kept));
    if (kept === 'here') return newest;
    await write(
      agent,
      kept === 'elsewhere'
        ? { kind: 'replaced', time: time() }
        : { kind: 'undone', run: newest.kept.run, time: time() },
    );
    return settle(agent);
  }

  /** Where a change was kept; `elsewhere`: in another folder, in whose place this one was put. */
  async function whereKept(view: TaskFolderView): Promise<'here' | 'nowhere' | 'elsewhere'> {
    try {
      return (await recoverChanges(driver, view)) > 0 ? 'here' : 'nowhere';
    } catch (error) {
      if (error instanceof ClawholdError && error.code === 'files_replaced') return 'elsewhere';
      throw error;
    }
  }

  /** Refuses where others would wait for the end of a run, which may be a conversation of hours. */
  function unlessBusy<Result>(agent: string, work: () => Promise<Result>): Promise<Result> {
    if (!busy.has(agent)) return alone(agent, work);
    throw new ClawholdError('state_agent_busy', `A run of ${agent} has what it keeps at this moment.`, {
      hint: 'Wait for its end, or end it: npx clawhold runs',
    });
  }

  /** @param spared a snapshot that does not make room for it. */
  async function take(agent: string, why: AgentSnapshot['why'], spared?: number): Promise<AgentSnapshot> {
    await settle(agent);
    await stateFolder(agent);
    const shelf = snapshotShelf(folderOf(agent));
    const all = await readLog(log(agent));
    await shelf.thin(all, spared);
    const number =
      1 + all.reduce((most, entry) => (entry.kind === 'snapshot' ? Math.max(most, entry.number) : most), 0);
    const snapshot = { number, time: time(), why, ...(await shelf.take(number)) };
    await write(agent, { kind: 'snapshot', ...snapshot });
    return snapshot;
  }

  return {
    isBusy: (agent) => busy.has(agent),

    async during(agent, work) {
      busy.set(agent, (busy.get(agent) ?? 0) + 1);
      try {
        return await alone(agent, async () => {
          await settle(agent);
          return work(await stateFolder(agent));
        });
      } finally {
        const others = (busy.get(agent) ?? 1) - 1;
        if (others === 0) busy.delete(agent);
        else busy.set(agent, others);
      }
    },

    isSecret: async (agent) => (await standing(agent)).some(({ kept }) => kept.isSecret),

    async keep(agent, { run, view, isSecret }) {
      const shown = await diffTree(driver, view);
      if (shown.changes.length === 0) return;
      const files = [];
      for (const change of shown.changes) {
        // What it remembers in words; the rest is of its program, and no text for people.
        const isWords = change.path.startsWith('workspace/') || change.path.endsWith('.md');
        const isShown = change.type === 'file' && isWords && !change.path.includes('/.git/');
        const { before, after } = isShown ? await readChange(driver, view, change) : { before: null, after: null };
        files.push({ path: change.path, change: change.change, before: textOf(before), after: textOf(after) });
      }
      const change = { run, time: time(), files };
      // Written first: what is in the state is in the list, whatever dies in between.
      await write(agent, { kind: 'kept', run, begun: view.begun, isSecret, change });
      const { applied } = await keepChanges(driver, view, { id: keepId(run), shown, paths: null, skipConflicts: true });
      if (!applied) await write(agent, { kind: 'undone', run, time: time() });
    },

    changes: async (agent) => (await standing(agent)).map(({ kept }) => kept.change),

    undo: (agent) =>
      alone(agent, async () => {
        const newest = await settle(agent);
        if (newest === undefined)
          throw new ClawholdError('state_agent_unchanged', `Nothing that ${agent} keeps was changed by a run.`);
        if (newest.isPast)
          throw new ClawholdError(
            'state_agent_restored',
            'The newest change came back with a snapshot or a copy, and is not taken back alone.',
            { hint: `Restore an earlier snapshot: npx clawhold agent snapshots ${agent}` },
          );
        const { run, change } = newest.kept;
        const view = await viewOf(agent, newest.kept);
        const { applied } = await undoChanges(driver, view, { id: keepId(run) });
        if (!applied)
          throw new ClawholdError(
            'state_changes_differ',
            'What the run left there was changed by somebody else since.',
          );
        await write(agent, { kind: 'undone', run, time: time() });
        return change;
      }),

    snapshots: async (agent) => snapshotShelf(folderOf(agent)).standing(await readLog(log(agent))),

    snapshot: async (agent, why) => unlessBusy(agent, () => take(agent, why)),

    restore: async (agent, number) =>
      unlessBusy(agent, async () => {
        const shelf = snapshotShelf(folderOf(agent));
        const restored = (await shelf.standing(await readLog(log(agent)))).find((one) => one.number === number);
        if (restored === undefined)
          throw new ClawholdError('state_no_such_snapshot', `There is no snapshot ${number} of ${agent}.`, {
            status: 404,
            hint: `See those there are: npx clawhold agent snapshots ${agent}`,
          });
        const left = await take(agent, 'before a restoration', number);
        await shelf.prepare(number);
        await write(agent, { kind: 'restored', number, time: time() });
        await shelf.swap();
        return { restored, left };
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
