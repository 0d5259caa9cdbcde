import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtPrograms, launcherBinary } from './built.ts';
import type { OrdinaryUser } from './ordinary-user.ts';
import { type ProcessFacts, processTree, stillAlive } from './process-tree.ts';
import { repositoryRoot } from './requirements.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
import type { CommandResult, TestNetwork } from './test-network.ts';

/** Where and as whom the product runs. */
export interface ProductPlace extends AsyncDisposable {
  /** The repository, as the place sees it. */
  readonly root: string;
  /** `CLAWHOLD_HOME`: below a 0700 folder of the account, and not there before the first start. */
  readonly home: string;
  /** The 0700 folder around it, for task folders and the like. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Writes the configuration before the first start: what ships, and these texts by their paths in it. */
  configure(files: Readonly<Record<string, string>>): Promise<void>;
  /** The command that runs a program as `npm start` builds it, as the account and in the network of the place. */
  command(program: 'cli' | 'manager', words: readonly string[]): readonly [string, ...string[]];
  /** Runs `clawhold` to its end; nobody is at its terminal. */
  cli(...words: readonly string[]): Promise<CommandResult>;
}

export interface ProductPlaceOptions {
  /** Default: our own account. Another one is only possible for root. */
  readonly account?: OrdinaryUser;
  /** Default: that of the machine. */
  readonly network?: TestNetwork;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A product that is ready. */
export interface Product extends AsyncDisposable {
  readonly place: ProductPlace;
  /** Of the HTTP API, for example `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The operator's. */
  readonly token: string;
  /** The service manager. */
  readonly manager: ChildProcess;
  /** What the manager reported, one parsed JSON value a line. */
  readonly reports: readonly unknown[];
  processes(): readonly ProcessFacts[];
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
}

/** Makes a place with an empty home. When root asks for another account, it gets a view of the repository it can pass. */
export async function makeProductPlace(options: ProductPlaceOptions = {}): Promise<ProductPlace> {
  const { account, network } = options;
  const folder: TemporaryFolder = await makeTemporaryFolder();
  const other = account !== undefined && account.uid !== process.getuid?.();
  const root = other ? join(folder.path, 'clone') : repositoryRoot;
  const runtime = join(folder.path, 'run');
  await mkdir(runtime, { mode: 0o700 });
  if (other) {
    await mkdir(root);
    for (const path of [folder.path, runtime, root]) await chown(path, account.uid, account.gid);
  }
  const home = join(folder.path, 'home', '.clawhold');
  await mkdir(dirname(home), { mode: 0o700 });
  if (other) await chown(dirname(home), account.uid, account.gid);
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: dirname(home),
    XDG_RUNTIME_DIR: runtime,
    CLAWHOLD_HOME: home,
    CLAWHOLD_PORT: '0',
    ...options.environment,
  };
  const programs = (await builtPrograms()).replace(repositoryRoot, root);
  const command = (program: string, words: readonly string[]): readonly [string, ...string[]] => {
    const plain = [join(root, 'node_modules/.bin/node'), join(programs, `${program}.js`), ...words];
    const [first = '', ...rest] = other ? asAccount(account, root, plain) : plain;
    return network === undefined ? [first, ...rest] : network.command([first, ...rest]);
  };
  return {
    root,
    home,
    folder: folder.path,
    environment,
    configure: (files) => writeConfiguration(home, files),
    command,
    cli: (...words) => runToEnd(command('cli', words), environment),
    [Symbol.asyncDispose]: () => rm(folder.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

async function writeConfiguration(home: string, files: Readonly<Record<string, string>>): Promise<void> {
  const configuration = join(home, 'configuration');
  await mkdir(home, { mode: 0o700 });
  await cp(join(repositoryRoot, 'apps/manager/defaults'), configuration, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(configuration, path)), { recursive: true });
    await writeFile(join(configuration, path), text);
  }
}

/** In a mount namespace of its own the repository also lies where the account can reach it, whatever is above it. */
function asAccount({ uid, gid }: OrdinaryUser, root: string, words: readonly string[]): readonly string[] {
  const script = `mount --bind "$1" "$2" && shift 2 && exec setpriv --reuid=${uid} --regid=${gid} --clear-groups -- "$@"`;
  return [
    'unshare',
    '--mount',
    '--propagation',
    'slave',
    '--',
    'sh',
    '-c',
    script,
    'sh',
    repositoryRoot,
    root,
    ...words,
  ];
}

/** A command that takes longer hangs: it is killed, so that the test can say which one it was. */
const commandTimeout = 240_000;

function runToEnd([file, ...words]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve) => {
    const limits = { maxBuffer: 64 * 1024 * 1024, timeout: commandTimeout, killSignal: 'SIGKILL' } as const;
    const child = execFile(file, words, { env, cwd: '/', ...limits }, (error, stdout, stderr) => {
      const hint = error?.killed === true ? `\nKilled: ${words.join(' ')}` : '';
      resolve({ status: child.exitCode, stdout, stderr: stderr + hint });
    });
    child.stdin?.end();
  });
}

/**
 * Starts the product, all of it, and waits until it is ready. It ends with the test process, however that ends.
 *
 * @throws Error with the manager's own words when it does not start.
 */
export async function startProduct(place: ProductPlace): Promise<Product> {
  const launcher = await launcherBinary();
  const [file, ...words] = place.command('manager', []);
  // Its stdin is its lifeline.
  const manager = spawn(file, [...words, '0.0.0', launcher.replace(repositoryRoot, place.root)], {
    env: place.environment,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => manager.once('exit', () => resolve()));
  const reports: unknown[] = [];
  let complaint = '';
  manager.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const stop = async (): Promise<void> => {
    const processes = manager.pid === undefined ? [] : processTree(manager.pid);
    manager.stdin.destroy();
    manager.kill('SIGTERM');
    await ended;
    for (const { pid } of stillAlive(processes)) process.kill(pid, 'SIGKILL');
  };
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: manager.stdout }).on('line', (line) => {
      const report = JSON.parse(line) as { kind: string; url?: string; message?: string }; // the manager's own line
      reports.push(report);
      if (report.kind === 'ready') resolve(report.url ?? '');
      if (report.kind === 'failed') reject(new Error(`The product did not start: ${report.message}`));
    });
    void ended.then(() => reject(new Error(`The manager ended while it was starting. ${complaint}`)));
  });
  const token = (await readFile(join(place.home, 'token'), 'utf8')).trim();
  return {
    place,
    url,
    token,
    manager,
    reports,
    processes: () => (manager.pid === undefined ? [] : processTree(manager.pid)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
