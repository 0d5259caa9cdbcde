import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Egress } from '@clawhold/egress';
import {
  configurationFolder,
  type Mind,
  remoteShellAddress,
  remoteShellFolder,
  remoteShell as remoteShellScripts,
} from '@clawhold/harness';
import { beginRun, type Sandbox, type SandboxDriver, type TaskFolderView } from '@clawhold/sandbox';
import { ClawholdError, formatId, idEntropyBytes, ledgerEvent, limits, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import { listenerRequests, openDoors, proxyUrl } from '../network/doors.ts';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';
import type { OpenQuestions } from '../programs/open-questions.ts';
import type { AttestationKey } from '../runs/attestation-key.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { runFolder } from '../runs/run-folder.ts';
import { type AgentState, mindStorage } from './agent-state.ts';
import type { FindInstallation } from './installations.ts';
import { remoteShell } from './remote-shell.ts';
import type { createRemoteWork } from './remote-work.ts';

export interface ThinkerParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly egress: Egress;
  readonly environment: SandboxEnvironment;
  readonly gateway: Pick<Gateway, 'appendEvents'>;
  readonly attest: AttestationKey['sign'];
  readonly installationOf: FindInstallation;
  readonly state: AgentState;
  readonly remoteWork: ReturnType<typeof createRemoteWork>;
  readonly carried: Pick<CarriedLabels, 'note' | 'isSecret'>;
}

/** A mind to begin, and the run whose hands it gets. */
export interface Thought {
  readonly live: LiveRun;
  readonly mind: Mind;
  readonly questions: OpenQuestions;
}

/** Runs `work` with the sandbox in which an agent thinks. What it answers says whether the state of the agent is kept. */
export type Thinker = <Result extends { readonly isGood: boolean }>(
  thought: Thought,
  work: (sandbox: Sandbox) => Promise<Result>,
) => Promise<Result>;

/** Host ids for minds are taken from the end of the range, those of runs from its beginning. */
const lastSlot = 65_535;
const shell = 'remote-shell';

/**
 * Gives an agent that is split the sandbox in which it thinks: its state is the task folder there, as a copy on write; its
 * configuration and its program are read-only; beside the ways out of every sandbox it has one listener, its remote shell. No
 * placeholder of a credential is there, and nothing of the run's own sandbox.
 */
export function createThinker(parts: ThinkerParts): Thinker {
  const slots = new Set<number>();

  function takeSlot(): number {
    let slot = lastSlot;
    while (slots.has(slot)) slot--;
    slots.add(slot);
    return slot;
  }

  return (thought, work) =>
    parts.state.during(thought.live.agent, async (state) => {
      const { live } = thought;
      // It may have waited for its turn.
      if (live.ended.aborted) throw new ClawholdError('state_no_sandbox', `The run ${live.id} is over.`);
      await remember(parts, live);
      const slot = takeSlot();
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
        slots.delete(slot);
      }
    });
}

/** What it remembers, anybody may have told it, and what was secret then is secret now. */
async function remember({ state, carried }: ThinkerParts, live: LiveRun): Promise<void> {
  const isSecret = await state.isSecret(live.agent);
  live.provenance.finished({ tool: 'memory', arguments: {}, ok: true, text: '', from: { kind: 'anything' }, isSecret });
  await carried.note(live);
}

interface Place {
  readonly view: TaskFolderView;
  readonly slot: number;
}

async function start(parts: ThinkerParts, { live, mind }: Thought, { view, slot }: Place): Promise<Sandbox> {
  const { environment } = parts;
  const configuration = await render(parts.folder, live.id, mind.configuration({ model: live.model }));
  return parts.driver.start({
    id: `${live.id}-mind`,
    slot,
    taskFolder: view.taskFolder,
    storage: view.storage,
    listeners: [...listenerRequests, { name: shell, ...remoteShellAddress }],
    runtime: { node: environment.node },
    readOnly: [
      ...environment.readOnly,
      ...(await parts.installationOf(live.id)),
      { source: configuration, target: configurationFolder },
      { source: remoteShellScripts, target: remoteShellFolder },
    ],
    guardedFolders: environment.guardedFolders,
    environment: { ...environment.variables, ...mind.environment(proxyUrl) },
    hosts: environment.hosts,
    limits: {
      memoryBytes: limits.sandboxMemoryBytes,
      processes: limits.sandboxProcesses,
      openFiles: limits.sandboxOpenFiles,
      temporaryBytes: limits.sandboxTemporaryBytes,
    },
    forbiddenSockets: environment.forbiddenSockets,
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
  { egress, gateway, attest, remoteWork }: ThinkerParts,
  { live, mind, questions }: Thought,
  sandbox: Sandbox,
  work: () => Promise<Result>,
): Promise<Result> {
  const identity = { run: live.id, sandbox: formatId('sandbox', randomBytes(idEntropyBytes)), agent: live.agent };
  const claim = { run: live.id, sandbox: identity.sandbox, attestation: { ...sandbox.attestation } };
  const origin = { actor: 'supervisor', run: live.id } as const;
  // No sandbox that the ledger does not know of.
  await gateway.appendEvents({
    events: [ledgerEvent('sandbox.started', { ...claim, signature: attest(claim), mind: true }, origin)],
  });
  const hands = mind.hands();
  const attachments = openDoors(egress, identity, sandbox);
  const split = { live, sandbox, hands, questions };
  sandbox
    .listener(shell)
    .attach(remoteShell({ readsInput: hands.readsInput, work: (command, input) => remoteWork(split, command, input) }));
  const end = async (): Promise<void> => {
    for (const attachment of attachments) attachment.close();
    await sandbox.kill();
  };
  const onEnded = (): void => void end();
  live.companions.add(end);
  live.ended.addEventListener('abort', onEnded, { once: true });
  try {
    if (live.ended.aborted) await end();
    return await work();
  } finally {
    live.companions.delete(end);
    live.ended.removeEventListener('abort', onEnded);
    await end();
    const ended = ledgerEvent('sandbox.ended', { sandbox: identity.sandbox, reason: 'the agent has thought' }, origin);
    await gateway.appendEvents({ events: [ended] }).catch((error: unknown) => console.error(error));
  }
}
