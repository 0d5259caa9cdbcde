import { join } from 'node:path';
import { createChannelKey } from '@clawhold/channel';
import type { ApiStart, SupervisorStart, WorkerStart } from '@clawhold/spec';
import type { InstallationDatabase } from './database.ts';
import type { HomeLayout } from './home.ts';
import type { Sockets } from './runtime-folder.ts';
import type { Places } from './stage.ts';

/** What the start documents of all processes are made of. */
export interface Plan {
  readonly version: string;
  readonly places: Places;
  readonly home: HomeLayout;
  /** Where the state lies on the host; on the stage it has another path. */
  readonly hostHome: string;
  readonly sockets: Sockets;
  readonly keys: ChannelKeys;
  /** SHA-256 of the operator's token. */
  readonly tokenDigest: string;
  readonly providerKeys: Readonly<Record<string, string>>;
  readonly companyProxy: SupervisorStart['companyProxy'];
  readonly credentialKey: string | undefined;
  /** First host id for sandboxes when started as root, else null. */
  readonly firstSandboxId: number | null;
}

/** One key for each pair of processes; nobody else ever holds it. */
export interface ChannelKeys {
  readonly apiWorker: string;
  readonly apiSupervisor: string;
  readonly workerSupervisor: string;
}

export function createChannelKeys(): ChannelKeys {
  return {
    apiWorker: createChannelKey(),
    apiSupervisor: createChannelKey(),
    workerSupervisor: createChannelKey(),
  };
}

/** How sandboxes are kept apart from the person's own processes. */
export function tierOf({ firstSandboxId }: Pick<Plan, 'firstSandboxId'>): string {
  return firstSandboxId === null ? 'same-user' : 'sandboxed';
}

export function apiDocument(plan: Plan, database: InstallationDatabase, port: number): ApiStart {
  const { version, places, home, hostHome, sockets, keys, tokenDigest } = plan;
  return {
    version,
    folder: home.api,
    configuration: home.configuration,
    database: database.url('clawhold_api', 'clawhold'),
    ownerDatabase: database.url('clawhold_owner', 'clawhold'),
    channel: { socket: sockets.api, peers: { worker: keys.apiWorker, supervisor: keys.apiSupervisor } },
    supervisor: { socket: sockets.supervisor, key: keys.apiSupervisor },
    worker: { socket: sockets.worker, key: keys.apiWorker },
    http: { host: '127.0.0.1', port },
    console: join(places.app, 'apps/console/dist'),
    home: hostHome,
    homeTasks: [join(hostHome, 'tour')],
    tokenDigest,
    tier: tierOf(plan),
  };
}

/** @param port that of the HTTP API, which no sandbox may reach as a service */
export function supervisorDocument(plan: Plan, port: number): SupervisorStart {
  const { version, places, home, hostHome, sockets, keys, providerKeys, companyProxy, credentialKey, firstSandboxId } =
    plan;
  return {
    version,
    folder: home.supervisor,
    services: home.services,
    configuration: home.configuration,
    installed: home.installed,
    channel: { socket: sockets.supervisor, peers: { api: keys.apiSupervisor, worker: keys.workerSupervisor } },
    api: { socket: sockets.api, key: keys.apiSupervisor },
    node: join(places.node, 'node'),
    scenarios: [join(places.app, 'examples/tour/scenarios')],
    providerKeys: { ...providerKeys },
    ...(companyProxy === undefined ? {} : { companyProxy }),
    ...(credentialKey === undefined ? {} : { credentialKey }),
    ownPorts: [port],
    forbiddenSockets: [sockets.api, sockets.worker, sockets.supervisor, join(sockets.postgresFolder, '.s.PGSQL.5432')],
    forbiddenFolders: [...new Set([hostHome, places.home, places.runtime])],
    firstSandboxId,
  };
}

export function workerDocument(plan: Plan, database: InstallationDatabase): WorkerStart {
  const { version, home, sockets, keys } = plan;
  return {
    version,
    folder: home.worker,
    database: database.url('clawhold_worker', 'clawhold_workflows'),
    channel: { socket: sockets.worker, peers: { api: keys.apiWorker } },
    api: { socket: sockets.api, key: keys.apiWorker },
    supervisor: { socket: sockets.supervisor, key: keys.workerSupervisor },
  };
}
