import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Channel, callRoute, createChannelKey, openChannel } from '@clawhold/channel';
import { formatId, idEntropyBytes, type RunId, type SupervisorStart, supervisorRoutes } from '@clawhold/spec';
import {
  builtPrograms,
  launcherBinary,
  type OrdinaryUser,
  ordinaryUser,
  processTree,
  type TestNetwork,
  temporaryFolder,
} from '@clawhold/testkit';
import { onTestFinished } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const emptyPolicy = 'version: 1\nname: worker\n';
const isRoot = process.getuid?.() === 0;

/** A supervisor as in the product: a process of its own, child of its launcher, in an account of its own as root. */
export interface ProcessScene {
  readonly plane: ControlPlane;
  readonly taskFolder: string;
  /** The supervisor's own folder. */
  readonly home: string;
  /** The pid of the supervisor itself. */
  readonly supervisor: () => number;
  /** The launcher and everything below it. */
  readonly launcher: () => number;
  readonly worker: () => Channel;
  readonly api: () => Channel;
  /** Ends the supervisor with SIGKILL and waits until its launcher is gone. Channels to it break. */
  kill(): Promise<void>;
  /** Ends the launcher itself so. */
  killLauncher(): Promise<void>;
  /** Waits until both are gone because the supervisor ended by itself. */
  gone(): Promise<void>;
  /** Starts another one on the same folder, as the manager does. */
  start(): Promise<void>;
  open(): Promise<RunId>;
}

export interface ProcessSceneOptions {
  /** The agent's policy. Default: an empty one. */
  readonly policy?: string;
  /** The network in which it runs. Default: that of the tests. */
  readonly network?: Pick<TestNetwork, 'command'>;
  /** More for the environment of the supervisor. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startProcessScene(
  files: Readonly<Record<string, string>>,
  options: ProcessSceneOptions = {},
): Promise<ProcessScene> {
  const user = await ordinaryUser();
  const folder = await temporaryFolder({ mode: 0o711 });
  const binary = join(folder, 'clawhold-launcher');
  await copyFile(await launcherBinary(), binary);
  await chmod(binary, 0o755);
  const [taskFolder, home, configuration] = [join(folder, 'task'), join(folder, 'home'), join(folder, 'configuration')];
  const [ours, theirs] = [join(folder, 'api'), join(folder, 'supervisor')];
  await mkdir(taskFolder, { mode: 0o700 });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(taskFolder, path)), { recursive: true });
    await writeFile(join(taskFolder, path), content);
  }
  for (const path of [home, configuration, theirs]) await give(path, user);
  await mkdir(ours, { mode: 0o700 });
  if (isRoot) {
    await chown(ours, 0, user.gid);
    await chmod(ours, 0o710);
  }

  const [apiKey, workerKey, personKey] = [createChannelKey(), createChannelKey(), createChannelKey()];
  const plane = await startControlPlane({
    socket: join(ours, 'api.sock'),
    key: apiKey,
    policy: { ceiling: 'version: 1\nname: ceiling\n', agents: { worker: options.policy ?? emptyPolicy } },
  });
  onTestFinished(() => plane.server.close());
  const socket = join(theirs, 'supervisor.sock');
  const document: SupervisorStart = {
    version: '0.0.0',
    folder: home,
    services: configuration,
    configuration,
    channel: { socket, peers: { worker: workerKey, api: personKey } },
    api: { socket: join(ours, 'api.sock'), key: apiKey },
    node: process.execPath,
    installed: join(folder, 'installed'),
    scenarios: [],
    providerKeys: {},
    ownPorts: [],
    forbiddenSockets: [socket],
    forbiddenFolders: [home],
    firstSandboxId: isRoot ? 700_000 : null,
  };

  let alive: Pair | undefined;
  const account = isRoot ? ['--child-uid', String(user.uid), '--child-gid', String(user.gid)] : [];
  async function start(): Promise<void> {
    const launcher = await spawnPair(binary, account, document, options);
    alive = {
      launcher,
      exited: once(launcher, 'exit'),
      worker: openChannel({ path: socket, self: 'worker', key: workerKey }),
      api: openChannel({ path: socket, self: 'api', key: personKey }),
    };
  }
  const living = (): Pair => {
    if (alive === undefined) throw new Error('no supervisor is running');
    return alive;
  };
  async function end(signal: NodeJS.Signals, pid: (pair: Pair) => number): Promise<void> {
    const pair = living();
    process.kill(pid(pair), signal);
    await gone(pair);
  }
  async function gone(pair: Pair): Promise<void> {
    alive = undefined;
    await pair.exited;
    pair.worker.close();
    pair.api.close();
  }
  onTestFinished(async () => {
    if (alive !== undefined) await end('SIGTERM', pidOfLauncher);
  });
  await start();
  return {
    plane,
    taskFolder,
    home,
    supervisor: () => pidOfSupervisor(living()),
    launcher: () => pidOfLauncher(living()),
    worker: () => living().worker,
    api: () => living().api,
    kill: () => end('SIGKILL', pidOfSupervisor),
    killLauncher: () => end('SIGKILL', pidOfLauncher),
    gone: () => gone(living()),
    start,
    async open() {
      const run = formatId('run', randomBytes(idEntropyBytes));
      const session = formatId('session', randomBytes(idEntropyBytes));
      const wanted = { run, session, agent: 'worker', folder: taskFolder, model: 'rehearsal/default', task: 'Work.' };
      await callRoute(living().worker, supervisorRoutes.openSandbox, wanted);
      return run;
    },
  };
}

interface Pair {
  readonly launcher: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly worker: Channel;
  readonly api: Channel;
}

async function give(folder: string, { uid, gid }: OrdinaryUser): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (isRoot) await chown(folder, uid, gid);
}

function pidOfLauncher({ launcher }: Pair): number {
  return launcher.pid ?? -1;
}

function pidOfSupervisor(pair: Pair): number {
  const found = processTree(pidOfLauncher(pair)).find(({ command }) => command.endsWith('/supervisor.js'));
  const isLauncher = found?.pid === pair.launcher.pid;
  const child = isLauncher ? processTree(pidOfLauncher(pair)).find(isNode) : found;
  if (child === undefined) throw new Error('the launcher has no supervisor');
  return child.pid;
}

function isNode({ command }: { readonly command: string }): boolean {
  return command.startsWith(process.execPath);
}

async function spawnPair(
  binary: string,
  account: readonly string[],
  document: SupervisorStart,
  { network, environment }: ProcessSceneOptions,
): Promise<ChildProcess> {
  const main = join(await builtPrograms(), 'supervisor.js');
  const words = [binary, 'serve', ...account, '--', process.execPath, main] as const;
  const [file, ...others] = network?.command(words) ?? words;
  const env = { ...process.env, ...environment };
  const launcher = spawn(file, others, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'], env });
  onTestFinished(() => void launcher.kill('SIGKILL'));
  const start = launcher.stdio[3];
  if (!(start instanceof Writable) || launcher.stdout === null) throw new Error('the launcher did not start');
  start.on('error', () => undefined); // it ends with the launcher
  start.write(`${JSON.stringify(document)}\n`); // left open: its end would mean that the manager is gone
  const lines = createInterface({ input: launcher.stdout });
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  if (!String(line).includes('"ready"')) throw new Error(String(line));
  return launcher;
}
