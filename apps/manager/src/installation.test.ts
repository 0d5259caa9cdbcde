import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connectionUrl, ensureRoles } from '@clawhold/postgres';
import {
  makeProductPlace,
  type ProcessFacts,
  type Product,
  type ProductPlace,
  startProduct,
  stillAlive,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type AccountName, accountNames, ensureAccounts } from './accounts.ts';
import { readSecrets } from './secrets.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: ProductPlace;
let product: Product;

beforeAll(async () => {
  place = await makeProductPlace();
  product = await startProduct(place);
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

const scripts = ['/api.js', '/worker.js', '/supervisor.js'] as const;

/** The Node that runs a script of ours; the launcher names it among its arguments too. */
function processOf(script: string): ProcessFacts | undefined {
  return product.processes().find(({ command }) => command.endsWith(script) && !/launcher-\w+ serve/.test(command));
}

async function isWell(): Promise<boolean> {
  const answer = await fetch(`${product.url}/api/v1/status`, {
    headers: { authorization: `Bearer ${product.token}` },
  }).catch(() => undefined);
  if (answer?.ok !== true) return false;
  const status = (await answer.json()) as { readonly supervisors: readonly { readonly alive: boolean }[] }; // the API's
  return status.supervisors.length === 1 && status.supervisors.every(({ alive }) => alive);
}

const isRoot = process.getuid?.() === 0;

/** Whether an account, in the manager's own view of the files, can do this. */
function can(name: AccountName, ...command: readonly [string, ...string[]]): boolean {
  const { uid, gid } = ensureAccounts().of[name];
  const view = ['--target', String(product.manager.pid), '--mount', '--'];
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
  return spawnSync('/usr/bin/nsenter', [...view, 'setpriv', ...identity, ...command]).status === 0;
}

const home = '/run/clawhold/home';

test.runIf(isRoot)(
  verifies('manager.accounts-are-apart', 'no account reads or changes a folder of another, or what is root’s'),
  () => {
    const folderOf = (name: AccountName): string => join(home, name === 'postgres' ? 'postgres/cluster' : name);
    for (const name of accountNames) {
      // That the question can be answered with yes:
      expect(can(name, 'ls', folderOf(name)), `${name}: its own folder`).toBe(true);
      const others = accountNames.filter((other) => other !== name).map(folderOf);
      for (const folder of [...others, join(home, 'logs'), join(home, 'secret'), join(home, 'token')]) {
        expect(can(name, 'test', '-r', folder), `${name} reads ${folder}`).toBe(false);
        expect(can(name, 'test', '-w', folder), `${name} writes ${folder}`).toBe(false);
      }
      for (const own of [home, '/run/clawhold/app', '/run/clawhold/app/node_modules/.cache', '/run/clawhold/node'])
        expect(can(name, 'test', '-w', own), `${name} writes ${own}`).toBe(false);
    }
  },
);

test.runIf(isRoot)(
  verifies('manager.accounts-are-apart', 'the database server passes no socket folder of ours'),
  () => {
    for (const name of ['api', 'worker', 'supervisor'] as const) {
      expect(can('postgres', 'test', '-x', `/run/clawhold/sockets/${name}`), name).toBe(false);
      expect(can('worker', 'test', '-x', `/run/clawhold/sockets/${name}`), name).toBe(true);
      expect(can('worker', 'ls', `/run/clawhold/sockets/${name}`), name).toBe(name === 'worker');
    }
  },
);

/** Whether a role of the installation gets into a database. */
async function enters(role: string, database: string): Promise<boolean> {
  const view = isRoot ? `/proc/${product.manager.pid}/root/run/clawhold/sockets` : socketsBelow();
  const password = readSecrets(place.home, join(place.home, 'postgres')).password(role);
  const url = connectionUrl({ role, password, database, socketFolder: join(view, 'postgres') });
  try {
    await ensureRoles(url, []); // connects, and does nothing
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: '42501' }); // "permission denied for database", and nothing else
    return false;
  }
}

function socketsBelow(): string {
  const runtime = place.environment['XDG_RUNTIME_DIR'] ?? '';
  return join(runtime, readdirSync(runtime).find((name) => name.startsWith('clawhold-')) ?? '');
}

test(
  verifies('manager.roles-are-apart', 'worker and api get into their own database and not into the other’s'),
  async () => {
    expect(await enters('clawhold_api', 'clawhold')).toBe(true);
    expect(await enters('clawhold_worker', 'clawhold_workflows')).toBe(true);
    expect(await enters('clawhold_worker', 'clawhold')).toBe(false);
    expect(await enters('clawhold_api', 'clawhold_workflows')).toBe(false);
    expect(await enters('clawhold_owner', 'clawhold_workflows')).toBe(false);
  },
);

test('the home is closed but for what is to be passed, and the manager keeps a log', () => {
  const modeOf = (name: string): string => (statSync(join(place.home, name)).mode & 0o777).toString(8);
  expect(modeOf('')).toBe(isRoot ? '711' : '700');
  const closed = ['api', 'worker', 'supervisor', 'logs'];
  expect(closed.map(modeOf)).toEqual(closed.map(() => '700'));
  const files = ['secret', 'token', 'manager.json', 'logs/manager.log'];
  expect(files.map(modeOf)).toEqual(files.map(() => '600'));
  const log = readFileSync(join(place.home, 'logs/manager.log'), 'utf8');
  expect(log).toMatch(/^\d{4}-\d\d-\d\dT.* \{"kind":"ready"/m);
  expect(log).not.toContain(product.token);
});

test(verifies('manager.hanging-ends', 'api, worker and supervisor that stand still are all replaced'), async () => {
  const before = scripts.flatMap((script) => processOf(script) ?? []);
  expect(before).toHaveLength(scripts.length);
  const pids = before.map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const replaced = (): readonly string[] =>
    scripts.filter((script) => {
      const now = processOf(script);
      return now !== undefined && !pids.includes(now.pid);
    });
  await expect.poll(replaced, { timeout: 90_000 }).toEqual(scripts);
  await expect.poll(isWell, { timeout: 60_000 }).toBe(true);
  expect(stillAlive(before)).toEqual([]);
});
