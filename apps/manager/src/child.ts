import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError, type ErrorCode, pulse, readinessSchema } from '@clawhold/spec';
import type { Account } from './accounts.ts';
import { watchPulse } from './pulse.ts';
import { report } from './report.ts';

export interface ChildSpecification {
  readonly name: string;
  readonly argv: readonly string[];
  readonly account: Account;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Goes to descriptor 3 as one line when it is there; the child loads its code meanwhile. The descriptor stays open, so
   * that the child sees when the manager ends.
   */
  readonly document: Promise<unknown>;
  readonly log: string;
  /** Ends a child that is starting. */
  readonly signal?: AbortSignal;
  /** How often it says that it is alive, in milliseconds. Default: `pulse.milliseconds`. */
  readonly pulseMilliseconds?: number;
}

/** A process of the installation that said that it is ready. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** What it told about itself, for example the port it got. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly exited: Promise<void>;
  /** SIGTERM, and SIGKILL to whoever does not listen. */
  stop(): Promise<void>;
}

/** Counted from when it has its document. */
const startMilliseconds = 60_000;
const stopMilliseconds = 8_000;

/**
 * Starts a process under its account and waits until it is ready. From then on it is ended when it no longer says that
 * it is alive.
 *
 * @throws ClawholdError what the child says of itself; `gateway_start_failed` when it ends or hangs without a word;
 *   whatever the document is rejected with.
 */
export async function startChild(specification: ChildSpecification): Promise<Child> {
  const { name, log } = specification;
  const child = spawnChild(specification);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
  child.stderr?.pipe(output, { end: false });
  const stop = (): Promise<void> => stopChild(child, exited);
  try {
    const { stdout } = child;
    if (stdout === null) throw new ClawholdError('gateway_start_failed', `The ${name} process has no output.`);
    const lines = createInterface({ input: stdout });
    const detail = await started(child, lines, specification, exited);
    const watched = watchPulse(lines, specification.pulseMilliseconds ?? pulse.milliseconds, () => {
      report({ kind: 'warning', message: `The ${name} process does not answer any more and is ended.` });
      endGroup(child);
    });
    void exited.then(() => watched[Symbol.dispose]());
    return { name, pid: child.pid ?? -1, detail, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnChild({ name, argv, account, environment }: ChildSpecification): ChildProcess {
  const [file, ...args] = argv;
  if (file === undefined) throw new ClawholdError('gateway_start_failed', `There is no command for ${name}.`);
  return spawn(file, args, {
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true, // Ctrl-C reaches the manager, which ends the others in order
    ...(account.uid === process.getuid?.() ? {} : { uid: account.uid, gid: account.gid }),
  });
}

async function started(
  child: ChildProcess,
  lines: Interface,
  { name, log, document, signal }: ChildSpecification,
  exited: Promise<void>,
): Promise<Readonly<Record<string, unknown>>> {
  const failed = (what: string): ClawholdError =>
    new ClawholdError('gateway_start_failed', `The ${name} process ${what}.`, { hint: `Its log is ${log}` });
  const { promise: said, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  lines.once('line', (line) => {
    const parsed = readinessSchema.safeParse(parseJson(line));
    if (!parsed.success) reject(failed(`said "${line.slice(0, 200)}" instead of being ready`));
    else if (parsed.data.kind === 'ready') resolve(parsed.data.detail);
    else {
      const { code, message, hint = `Its log is ${log}` } = parsed.data;
      reject(new ClawholdError(code as ErrorCode, message, { hint })); // the code was a ClawholdError's in the child
    }
  });
  void exited.then(() => reject(failed('ended while it was starting')));
  signal?.addEventListener('abort', () => reject(failed('was not needed any more')), { once: true });
  if (signal?.aborted === true) reject(failed('was not needed any more'));
  const tooLate = async (): Promise<never> => {
    handOver(child, await document);
    await sleep(startMilliseconds, undefined, { ref: false });
    throw failed(`was not ready after ${startMilliseconds / 1_000} seconds`);
  };
  return Promise.race([said, tooLate()]);
}

function handOver(child: ChildProcess, document: unknown): void {
  const [, , , start] = child.stdio;
  // A child that dies before it reads is reported by its exit.
  start?.on('error', () => undefined);
  if (start !== null && start !== undefined && 'write' in start) start.write(`${JSON.stringify(document)}\n`);
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const impatient = setTimeout(() => endGroup(child), stopMilliseconds);
  await exited;
  clearTimeout(impatient);
}

/** The launcher's child too: whoever hangs does not notice that its parent is gone. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has just ended
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
