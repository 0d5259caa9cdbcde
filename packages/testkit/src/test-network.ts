import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileProgram } from './c-program.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface TestNetworkOptions {
  /** Name → IPv4 address. Other names do not exist; `localhost` is 127.0.0.1. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** A command that ran to its end. */
export interface CommandResult {
  /** The exit status, or null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A network of a test's own, cut off from every other, in which each IPv4 address leads to whoever listens in it. */
export interface TestNetwork extends AsyncDisposable {
  /** The same command, to be run inside: hand it to `spawn`. */
  command(words: readonly string[]): readonly [string, ...string[]];
  /** Runs a command inside to its end. */
  run(words: readonly string[], options?: { readonly env?: NodeJS.ProcessEnv }): Promise<CommandResult>;
}

/**
 * Makes a test network that lasts until it is disposed of, so that product and upstream servers can be started in it
 * one by one. Files are shared with the rest of the machine, and so are Unix sockets in them.
 */
export async function startTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const program = await compileProgram('native/testnet/testnet.c');
  const folder = await makeTemporaryFolder({ mode: 0o711 });
  const hosts = join(folder.path, 'hosts');
  const lines = Object.entries({ localhost: '127.0.0.1', ...options.hosts }).map(([name, ip]) => `${ip} ${name}\n`);
  await writeFile(hosts, lines.join(''), { mode: 0o644 });
  // Holds the network until its input ends, which it also does when this process is killed.
  const holder = spawn(program, ['--hosts', hosts, 'sh', '-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const exited = once(holder, 'exit');
  const ready = await Promise.race([once(holder.stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!ready) throw new Error(`no test network: ${complaint.trim()}`);
  const command = (words: readonly string[]): [string, ...string[]] => [program, '--join', `${holder.pid}`, ...words];
  return {
    command,
    run: (words, { env = process.env } = {}) => runToEnd(command(words), env),
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await exited;
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Runs one command in a test network of its own. */
export async function inTestNetwork(
  words: readonly string[],
  options: TestNetworkOptions = {},
): Promise<CommandResult> {
  await using network = await startTestNetwork(options);
  return await network.run(words); // awaited here, or the network would be gone before the command
}

function runToEnd([file, ...words]: [string, ...string[]], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(file, words, { env, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
