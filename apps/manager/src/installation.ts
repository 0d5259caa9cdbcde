import { join } from 'node:path';
import type { SandboxDriverName } from '@clawhold/spec/sandbox-drivers';
import type { Account, Accounts } from './accounts.ts';
import { type ChildSpecification, startChild } from './child.ts';
import { credentialKey } from './credential-key.ts';
import { childEnvironment, companyProxy, providerKeys } from './environment.ts';
import { prepareHome } from './home.ts';
import { keepAlive } from './keep-alive.ts';
import { keepDatabase } from './keep-database.ts';
import { keepLog } from './log.ts';
import { programs } from './programs.ts';
import { step } from './report.ts';
import { prepareSockets } from './runtime-folder.ts';
import { launcherDriver } from './sandbox-driver.ts';
import { readSecrets } from './secrets.ts';
import type { Places } from './stage.ts';
import {
  apiDocument,
  createChannelKeys,
  type Plan,
  supervisorDocument,
  tierOf,
  workerDocument,
} from './start-documents.ts';

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
  /** Who makes the containers of sandboxes. */
  readonly driver: SandboxDriverName;
  /** First host id for sandboxes when started as root, else null. */
  readonly firstSandboxId: number | null;
}

export interface Installation {
  readonly url: string;
  readonly tier: string;
  stop(): Promise<void>;
}

/**
 * Starts every process of an installation, all at once, and keeps them running until `stop`. Each loads its code while
 * what it needs of the others comes to be; it gets its start document when that is there.
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { places, accounts, environment } = options;
  const home = await step('home', async () =>
    prepareHome(places.home, accounts, join(places.app, 'apps/manager/defaults')),
  );
  keepLog(join(home.logs, 'manager.log'));
  const secrets = readSecrets(places.home, home.postgres);
  const plan: Plan = {
    ...options,
    home,
    sockets: prepareSockets(places.runtime, accounts),
    keys: createChannelKeys(),
    tokenDigest: secrets.tokenDigest,
    providerKeys: providerKeys(environment),
    companyProxy: companyProxy(environment),
    credentialKey: await credentialKey(environment),
  };
  const givingUp = new AbortController();
  const base = childEnvironment(environment, places.node);
  const start = (name: string, argv: readonly string[], account: Account, document: ChildSpecification['document']) =>
    startChild({
      name,
      argv,
      account,
      environment: base,
      document,
      log: join(home.logs, `${name}.log`),
      signal: givingUp.signal,
    });

  const database = step('database', async () => {
    // Its code comes to be while the other processes load theirs.
    const { openDatabase } = await import('./database.ts');
    return keepDatabase(() =>
      openDatabase({
        dataFolder: home.postgres,
        socketFolder: plan.sockets.postgresFolder,
        accounts,
        password: secrets.password,
        foreign: environment['DATABASE_URL'],
      }),
    );
  });
  const currentDatabase = async () => (await database).current();

  let { port } = options;
  const gateway = step('gateway', () =>
    keepAlive(async () => {
      const document = currentDatabase().then((current) => apiDocument(plan, current, port));
      const child = await start('gateway', nodeCommand(places, programs.api, nodeFlags), accounts.of.api, document);
      port = Number(child.detail['port']); // the same one again after a restart
      return child;
    }),
  );
  const currentPort = async () => (port === 0 ? Number((await gateway).current().detail['port']) : port);

  const supervisor = step('supervisor', () =>
    keepAlive(() => {
      const document = currentPort().then((own) => supervisorDocument(plan, own));
      // The launcher gives its account to its child, not to itself.
      return start('supervisor', supervisorCommand(options), ownIds(), document);
    }),
  );
  const worker = step('worker', () =>
    keepAlive(() => {
      const document = currentDatabase().then((current) => workerDocument(plan, current));
      return start('worker', nodeCommand(places, programs.worker, frugalFlags), accounts.of.worker, document);
    }),
  );

  /** The brain first, the database last. */
  async function stop(): Promise<void> {
    for (const part of [worker, supervisor, gateway, database]) {
      const running = await part.catch(() => undefined); // it did not start: then there is nothing to stop
      await running?.stop();
    }
  }
  try {
    await Promise.all([database, gateway, supervisor, worker]);
  } catch (error) {
    givingUp.abort();
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, tier: tierOf(options), stop };
}

/** pg prints one deprecation warning that is not ours to act on. */
const nodeFlags = ['--disable-warning=DeprecationWarning'];

/**
 * V8 lets young objects take 48 MB before it looks whether they are still needed, and a process that is idle gets there
 * in minutes. Worker and supervisor do without; the api is where throughput counts.
 */
const frugalFlags = [...nodeFlags, '--max-semi-space-size=4'];

function nodeCommand({ node }: Places, program: string, flags: readonly string[]): readonly string[] {
  return [join(node, 'node'), ...flags, program];
}

function supervisorCommand({
  places,
  accounts,
  launcher,
  driver,
  environment,
  firstSandboxId,
}: InstallationOptions): readonly string[] {
  const { uid, gid } = accounts.of.supervisor;
  const account = firstSandboxId === null ? [] : ['--child-uid', String(uid), '--child-gid', String(gid)];
  return [
    launcher,
    'serve',
    ...launcherDriver(driver, environment),
    ...account,
    '--',
    ...nodeCommand(places, programs.supervisor, frugalFlags),
  ];
}

function ownIds(): Account {
  return { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
}
