import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ClawholdError, type ErrorCode, readinessSchema } from '@clawhold/spec';
import type { Account } from './accounts.ts';

export interface ChildSpecification {
  readonly name: string;
  readonly argv: readonly string[];
  readonly account: Account;
  readonly environment: Readonly<Record<string, string>>;
  /** Goes to descriptor 3 as one line; the descriptor stays open, so that the child sees when the manager ends. */
  readonly document: unknown;
  readonly log: string;
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

const startMilliseconds = 30_000;
const stopMilliseconds = 8_000;

/**
 * Starts a process under its account and waits until it is ready.
 *
 * @throws ClawholdError what the child says of itself; `gateway_start_failed` when it ends or hangs without a word.
 */
export async function startChild(specification: ChildSpecification): Promise<Child> {
  const { name, argv, account, environment, document, log } = specification;
  const [file, ...args] = argv;
  if (file === undefined) throw new ClawholdError('gateway_start_failed', `There is no command for ${name}.`);
  const child = spawn(file, args, {
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true, // Ctrl-C reaches the manager, which ends the others in order
    ...(account.uid === process.getuid?.() ? {} : { uid: account.uid, gid: account.gid }),
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const output = createWriteStream(log, { flags: 'a', mode: 0o600 });
  child.stderr?.pipe(output, { end: false });
  const [, , , start] = child.stdio;
  // A child that dies before it reads is reported by its exit.
  start?.on('error', () => undefined);
  if (start !== null && start !== undefined && 'write' in start) start.write(`${JSON.stringify(document)}\n`);
  const stop = (): Promise<void> => stopChild(child, exited);
  try {
    const detail = await readiness(child, name, log, exited);
    return { name, pid: child.pid ?? -1, detail, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readiness(
  child: ChildProcess,
  name: string,
  log: string,
  exited: Promise<void>,
): Promise<Readonly<Record<string, unknown>>> {
  const failed = (what: string): ClawholdError =>
    new ClawholdError('gateway_start_failed', `The ${name} process ${what}.`, { hint: `Its log is ${log}` });
  const { stdout } = child;
  if (stdout === null) throw failed('has no output');
  const lines = createInterface({ input: stdout });
  const timer = AbortSignal.timeout(startMilliseconds);
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      const parsed = readinessSchema.safeParse(parseJson(line));
      if (!parsed.success) reject(failed(`said "${line.slice(0, 200)}" instead of being ready`));
      else if (parsed.data.kind === 'ready') resolve(parsed.data.detail);
      // The code was a ClawholdError's in the child.
      else
        reject(
          new ClawholdError(parsed.data.code as ErrorCode, parsed.data.message, {
            hint: parsed.data.hint ?? `Its log is ${log}`,
          }),
        );
    });
    exited.then(() => reject(failed('ended while it was starting')));
    timer.addEventListener('abort', () => reject(failed(`was not ready after ${startMilliseconds / 1000} seconds`)));
  });
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
  await exited;
  clearTimeout(impatient);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
