import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  configurationFolder,
  type McpServers,
  type Mind,
  remoteShellAddress,
  remoteShellFolder,
  remoteShell as remoteShellScripts,
} from '@clawhold/harness';
import { beginRun, type Sandbox, type SandboxDriver, type TaskFolderView } from '@clawhold/sandbox';
import { limits, type RunId } from '@clawhold/spec';
import { listenerRequests, proxyUrl } from '../network/doors.ts';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';
import type { OpenQuestions } from '../programs/open-questions.ts';
import { type JoinParts, joinRun } from '../runs/join-run.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { runFolder } from '../runs/run-folder.ts';
import { sandboxBasis } from '../runs/sandbox-basis.ts';
import type { Slots } from '../runs/slots.ts';
import { mindStorage } from './agent-state.ts';
import { holdState, type StateParts } from './hold-state.ts';
import type { FindInstallation } from './installations.ts';
import { remoteShell } from './remote-shell.ts';
import type { createRemoteWork } from './remote-work.ts';
import type { FindSkills } from './skills.ts';

export interface ThinkerParts extends JoinParts, StateParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly environment: SandboxEnvironment;
  readonly slots: Slots;
  readonly installationOf: FindInstallation;
  readonly skillsOf: FindSkills;
  readonly remoteWork: ReturnType<typeof createRemoteWork>;
  readonly gateway: JoinParts['gateway'] & StateParts['gateway'];
}

/** A mind to begin, and the run whose hands it gets. */
export interface Thought {
  readonly live: LiveRun;
  readonly mind: Mind;
  /** What proves to the program there that the platform talks to it. */
  readonly secret: string;
  /** The MCP servers that it is offered. */
  readonly mcp: McpServers;
  readonly questions: OpenQuestions;
}

/** Runs `work` with the sandbox in which an agent thinks. What it answers says whether the state of the agent is kept. */
export type Thinker = <Result extends { readonly isGood: boolean }>(
  thought: Thought,
  work: (sandbox: Sandbox) => Promise<Result>,
) => Promise<Result>;

const shell = 'remote-shell';

/**
 * Gives an agent that is split the sandbox in which it thinks: its state is the task folder there, as a copy on write; its
 * configuration and its program are read-only; beside the ways out of every sandbox it has one listener, its remote shell. No
 * placeholder of a credential is there, and nothing of the run's own sandbox.
 */
export function createThinker(parts: ThinkerParts): Thinker {
  return (thought, work) => {
    const { live } = thought;
    return holdState(parts, live, async (state) => {
      const slot = await parts.slots.take();
      const storage = mindStorage(parts.folder, live.id);
      try {
        await mkdir(storage, { recursive: true, mode: 0o700 });
        const view: TaskFolderView = { taskFolder: state, storage, begun: await beginRun(parts.driver, state) };
        await using sandbox = await start(parts, thought, { view, slot });
        const result = await serve(parts, thought, sandbox, () => work(sandbox));
        // A run that was stopped, or went wrong, leaves nothing in who the agent is.
        if (result.isGood && !live.ended.aborted)
          await parts.state.keep(live.agent, { run: live.id, view, isSecret: await parts.carried.isSecret(live.id) });
        return result;
      } finally {
        parts.slots.release(slot);
      }
    });
  };
}

interface Place {
  readonly view: TaskFolderView;
  readonly slot: number;
}

async function start(
  parts: ThinkerParts,
  { live, mind, secret, mcp }: Thought,
  { view, slot }: Place,
): Promise<Sandbox> {
  const { environment } = parts;
  const skills = await parts.skillsOf(live.agent, live.id);
  const assignment = { model: live.model, secret, mcp, skills: skills.names };
  const configuration = await render(parts.folder, live.id, mind.configuration(assignment));
  return parts.driver.start({
    ...sandboxBasis(environment, { memoryBytes: limits.mindMemoryBytes }),
    id: `${live.id}-mind`,
    // The same machine each time: what the agent wrote down of a process that is gone must not look like one that works elsewhere.
    hostName: live.agent,
    slot,
    taskFolder: view.taskFolder,
    storage: view.storage,
    listeners: [...listenerRequests, { name: shell, ...remoteShellAddress }],
    readOnly: [
      ...environment.readOnly,
      ...(await parts.installationOf(live.id)),
      ...skills.folders,
      { source: configuration, target: configurationFolder },
      { source: remoteShellScripts, target: remoteShellFolder },
    ],
    environment: { ...environment.variables, ...mind.environment(proxyUrl) },
  });
}

/** The configuration is made anew each time: nothing that an agent wrote is ever part of it. */
async function render(root: string, run: RunId, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(runFolder(root, run), 'mind-configuration');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
    await writeFile(join(folder, path), text, { mode: 0o644 });
  }
  return folder;
}

async function serve<Result>(
  parts: ThinkerParts,
  { live, mind, questions }: Thought,
  sandbox: Sandbox,
  work: () => Promise<Result>,
): Promise<Result> {
  await joinRun(parts, live, sandbox, { role: 'mind' });
  const hands = mind.hands();
  const split = { live, sandbox, hands, questions };
  const doing = (command: string, input: Uint8Array) => parts.remoteWork(split, command, input);
  sandbox.listener(shell).attach(remoteShell({ readsInput: hands.readsInput, work: doing }));
  try {
    return await work();
  } finally {
    await sandbox.kill();
  }
}
