import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Memory } from '@clawhold/harness';
import { beginRun, type Command, type Sandbox, type SandboxDriver } from '@clawhold/sandbox';
import { ClawholdError, limits } from '@clawhold/spec';
import type { CommandResult } from '@clawhold/tools';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';
import { createTeller } from '../programs/teller.ts';
import { type JoinParts, joinRun } from '../runs/join-run.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { sandboxBasis } from '../runs/sandbox-basis.ts';
import type { Slots } from '../runs/slots.ts';
import { mindStorage } from './agent-state.ts';
import { holdState, type StateParts } from './hold-state.ts';
import { differenceOf, keptOf, memoryPart, readKeptFiles } from './kept-files.ts';
import { type KeptFiles, readArchive, tooMuch, writeArchive } from './memory-archive.ts';

export interface RememberingParts extends JoinParts, StateParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly environment: SandboxEnvironment;
  readonly slots: Slots;
  readonly canaryOf: (run: LiveRun['id']) => string;
  readonly gateway: JoinParts['gateway'] & StateParts['gateway'];
}

/** A program that works whole in the sandbox of its run, and what it may keep. */
export interface Remembered {
  readonly live: LiveRun;
  readonly memory: Memory;
  readonly isGood: (result: CommandResult) => boolean;
}

export type Remembering = (remembered: Remembered, work: () => Promise<CommandResult>) => Promise<CommandResult>;

/** So long a program of the platform's has there, in milliseconds. */
const packMilliseconds = 60_000;

/**
 * Lets a program begin with what it kept, and keeps what it may keep of a run that ended well. What it left is hostile: its
 * archive is read here, and what is taken of it comes into the agent's state as every change of files does, as a view of a
 * sandbox in which nothing of the agent runs.
 */
export function createRemembering(parts: RememberingParts): Remembering {
  return ({ live, memory, isGood }, work) =>
    holdState(parts, live, async (state) => {
      const before = await readKeptFiles(join(state, memoryPart)).catch(refusalOf);
      if (typeof before === 'string' || !(await unpack(live.sandbox, memory, before)))
        return failure(
          `${typeof before === 'string' ? before : `What ${live.agent} remembers did not fit into its sandbox.`} Take a change back: npx clawhold agent undo ${live.agent}`,
        );
      const result = await work();
      if (!isGood(result) || live.ended.aborted) return result;
      const why = await keep(parts, { live, memory }, state, before).catch(refusalOf);
      if (why !== undefined)
        await createTeller(
          live,
          parts.gateway,
        )([{ kind: 'failed', text: `What ${live.agent} learnt in this run was not kept. ${why}` }]);
      return result;
    });
}

/** The folder of the memory is there before the program is, with what is in it. */
async function unpack(sandbox: LiveRun['sandbox'], { folder }: Memory, files: KeptFiles): Promise<boolean> {
  const made = await succeeds(sandbox, { arguments: ['mkdir', '-p', folder] });
  return made && (files.size === 0 || (await extract(sandbox, folder, files)));
}

function extract(sandbox: Pick<Sandbox, 'run'>, folder: string, files: KeptFiles): Promise<boolean> {
  return succeeds(sandbox, {
    arguments: ['tar', '--recursive-unlink', '-xf', '-'],
    folder,
    input: writeArchive(files),
  });
}

async function succeeds(sandbox: Pick<Sandbox, 'run'>, command: Command): Promise<boolean> {
  const { end } = await sandbox.run({ ...command, timeoutMilliseconds: packMilliseconds });
  return end.kind === 'exited' && end.status === 0;
}

/** Why nothing is kept; undefined when all went well. @throws ClawholdError that says why. */
async function keep(
  parts: RememberingParts,
  { live, memory }: Pick<Remembered, 'live' | 'memory'>,
  state: string,
  before: KeptFiles,
): Promise<string | undefined> {
  if (memory.settle !== undefined) await succeeds(live.sandbox, { arguments: memory.settle });
  const packed = readArchive(await pack(live.sandbox, memory));
  if (packed === undefined) return 'Its folder could not be read whole.';
  const change = differenceOf(before, keptOf(packed, memory, parts.canaryOf(live.id)));
  if (change.gone.length === 0 && change.fresh.size === 0) return undefined;
  return takeIn(parts, live, state, change);
}

async function pack(sandbox: LiveRun['sandbox'], { folder, names }: Memory): Promise<Buffer> {
  const running = sandbox.execute({
    // A name that is not there is a complaint and no end.
    arguments: ['tar', '--format=ustar', '-C', folder, '-cf', '-', '--', ...names],
    outputLimitBytes: limits.agentMemoryBytes,
    timeoutMilliseconds: packMilliseconds,
  });
  const pieces: Uint8Array[] = [];
  for await (const { stream, bytes } of running) if (stream === 'stdout') pieces.push(bytes);
  const end = await running.end;
  if (end.kind === 'killed' && end.reason === 'output-limit') throw tooMuch();
  return Buffer.concat(pieces);
}

/** Makes the change in a view of the state, in a sandbox without any way out, and keeps it. */
async function takeIn(
  parts: RememberingParts,
  live: LiveRun,
  state: string,
  { gone, fresh }: ReturnType<typeof differenceOf>,
): Promise<string | undefined> {
  const { driver, environment } = parts;
  const storage = mindStorage(parts.folder, live.id);
  await mkdir(storage, { recursive: true, mode: 0o700 });
  const view = { taskFolder: state, storage, begun: await beginRun(driver, state) };
  const slot = await parts.slots.take();
  try {
    await using sandbox = await driver.start({
      ...sandboxBasis(environment, { fileBytes: limits.agentMemoryBytes }),
      id: `${live.id}-memory`,
      slot,
      taskFolder: state,
      storage,
      listeners: [],
      readOnly: [],
      environment: environment.variables,
    });
    await joinRun(parts, live, sandbox, { role: 'memory', hasDoors: false });
    const folder = `/task/${memoryPart}`;
    const input = gone.join('\0');
    const removed =
      gone.length === 0 || (await succeeds(sandbox, { arguments: ['xargs', '-0', 'rm', '-f', '--'], folder, input }));
    const isWhole = removed && (fresh.size === 0 || (await extract(sandbox, folder, fresh)));
    await sandbox.kill();
    if (!isWhole) return 'Its files could not be written.';
    await parts.state.keep(live.agent, { run: live.id, view, isSecret: await parts.carried.isSecret(live.id) });
    return undefined;
  } finally {
    parts.slots.release(slot);
  }
}

function refusalOf(error: unknown): string {
  if (!(error instanceof ClawholdError)) throw error;
  return error.message;
}

function failure(why: string): CommandResult {
  const [stdout, stderr] = [new Uint8Array(), new TextEncoder().encode(why)];
  return { end: { kind: 'exited', status: 1 }, stdout, stderr, missing: { stdout: 0, stderr: 0 } };
}
