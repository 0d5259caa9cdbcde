import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createChannelKey } from '@clawhold/channel';
import { type ApiStart, ClawholdError, type SupervisorStart, type WorkerStart } from '@clawhold/spec';
import type { Accounts } from './accounts.ts';
import { type Child, startChild } from './child.ts';
import { codeCacheVariables } from './code-cache.ts';
import { openDatabase } from './database.ts';
import { childEnvironment, providerKeys } from './environment.ts';
import { prepareHome } from './home.ts';
import { keepAlive, type Service } from './keep-alive.ts';
import { keepDatabase } from './keep-database.ts';
import { step } from './report.ts';
import { prepareSockets } from './runtime-folder.ts';
import { readSecrets } from './secrets.ts';
import type { Places } from './stage.ts';

export interface InstallationOptions {
  readonly version: string;
  readonly places: Places;
  /** Where the state lies on the host; on the stage it has another path. */
  readonly hostHome: string;
  readonly accounts: Accounts;
  readonly environment: NodeJS.ProcessEnv;
  /** Port of the HTTP API on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** The compiled launcher, inside `places.app`. */
  readonly launcher: string;
  /** First host id for sandboxes when started as root, else null. */
  readonly firstSandboxId: number | null;
}

export interface Installation {
  readonly url: string;
  readonly tier: string;
  stop(): Promise<void>;
}

/** Starts every process of an installation in order, and keeps them running until `stop`. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { places, accounts, environment, version } = options;
  const node = join(places.node, 'node');
  const app = (...path: string[]): string => join(places.app, ...path);
  const home = await step('home', async () => prepareHome(places.home, accounts, app('apps/manager/defaults')));
  const secrets = readSecrets(places.home);
  const sockets = prepareSockets(places.runtime, accounts);
  const keys = {
    apiWorker: createChannelKey(),
    apiSupervisor: createChannelKey(),
    workerSupervisor: createChannelKey(),
  };
  const base = { ...childEnvironment(environment, places.node), ...codeCacheVariables(places.app) };
  const tier = options.firstSandboxId === null ? 'same-user' : 'sandboxed';
  const stops: (() => Promise<void>)[] = [];

  async function service(name: string, start: () => Promise<Child>): Promise<Service> {
    const running = await step(name, () => keepAlive(start));
    stops.unshift(() => running.stop());
    return running;
  }

  try {
    const openIt = () =>
      openDatabase({
        dataFolder: home.postgres,
        socketFolder: sockets.postgresFolder,
        accounts,
        password: secrets.password,
        foreign: environment['DATABASE_URL'],
      });
    const database = await step('database', () => keepDatabase(openIt));
    stops.unshift(() => database.stop());

    let port = options.port;
    const api = await service('gateway', async () => {
      const document: ApiStart = {
        version,
        folder: home.api,
        configuration: home.configuration,
        database: database.current().url('clawhold_api', 'clawhold'),
        ownerDatabase: database.current().url('clawhold_owner', 'clawhold'),
        channel: { socket: sockets.api, peers: { worker: keys.apiWorker, supervisor: keys.apiSupervisor } },
        supervisor: { socket: sockets.supervisor, key: keys.apiSupervisor },
        worker: { socket: sockets.worker, key: keys.apiWorker },
        http: { host: '127.0.0.1', port },
        console: app('apps/console/dist'),
        home: options.hostHome,
        homeTasks: [join(options.hostHome, 'tour')],
        tokenDigest: secrets.tokenDigest,
        tier,
      };
      const child = await startChild({
        name: 'gateway',
        argv: [node, ...nodeFlags, app('apps/gateway/src/api/main.ts')],
        account: accounts.of.api,
        environment: base,
        document,
        log: join(home.logs, 'gateway.log'),
      });
      port = Number(child.detail['port']); // the same one again after a restart
      return child;
    });

    await service('supervisor', () => {
      const document: SupervisorStart = {
        version,
        folder: home.supervisor,
        services: home.services,
        configuration: home.configuration,
        channel: { socket: sockets.supervisor, peers: { api: keys.apiSupervisor, worker: keys.workerSupervisor } },
        api: { socket: sockets.api, key: keys.apiSupervisor },
        node,
        scenarios: [app('examples/tour/scenarios')],
        providerKeys: providerKeys(environment),
        ownPorts: [port],
        forbiddenSockets: [
          sockets.api,
          sockets.worker,
          sockets.supervisor,
          join(sockets.postgresFolder, '.s.PGSQL.5432'),
        ],
        firstSandboxId: options.firstSandboxId,
      };
      const { uid, gid } = accounts.of.supervisor;
      return startChild({
        name: 'supervisor',
        argv: [
          options.launcher,
          'serve',
          ...(options.firstSandboxId === null ? [] : ['--child-uid', String(uid), '--child-gid', String(gid)]),
          '--',
          node,
          ...nodeFlags,
          app('apps/supervisor/src/main.ts'),
        ],
        account: { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }, // the launcher drops it for its child
        environment: base,
        document,
        log: join(home.logs, 'supervisor.log'),
      });
    });

    await service('worker', () => {
      const document: WorkerStart = {
        version,
        folder: home.worker,
        database: database.current().url('clawhold_worker', 'clawhold_workflows'),
        channel: { socket: sockets.worker, peers: { api: keys.apiWorker } },
        api: { socket: sockets.api, key: keys.apiWorker },
        supervisor: { socket: sockets.supervisor, key: keys.workerSupervisor },
      };
      return startChild({
        name: 'worker',
        argv: [node, ...nodeFlags, app('apps/gateway/src/worker/main.ts')],
        account: accounts.of.worker,
        environment: base,
        document,
        log: join(home.logs, 'worker.log'),
      });
    });
    return { url: `http://127.0.0.1:${api.current().detail['port']}`, tier, stop: () => stopAll(stops) };
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

/** pg prints one deprecation warning that is not ours to act on. */
const nodeFlags = ['--disable-warning=DeprecationWarning'];

/** In the reverse order of the start: the brain first, the database last. */
async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}

/** @throws ClawholdError `host_launcher_missing`. */
export function requireLauncher(path: string): void {
  if (existsSync(path)) return;
  throw new ClawholdError('host_launcher_missing', 'The sandbox launcher is not built.', {
    hint: 'Start with "npm start", which builds it.',
  });
}
