import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeProductPlace,
  type ProcessFacts,
  type Product,
  type ProductPlace,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import { tourPolicy } from '@clawhold/tour';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operator, patience } from './answers.ts';
import { setUpTour, type TourWork } from './tour-work.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

/** Handed over as a provider key; must be seen nowhere but in the supervisor's memory. */
const providerKey = 'sk-test-0123456789abcdef-not-a-real-key';

let place: ProductPlace;
let product: Product;
let work: TourWork;

beforeAll(async () => {
  place = await makeProductPlace({ environment: { CLAWHOLD_KEY_TEST: providerKey } });
  product = await startProduct(place);
  work = await setUpTour({ place, seed: 5, policy: tourPolicy() });
  await work.begin();
  // A run that waits has a sandbox.
  const api = operator(product);
  await vi.waitUntil(async () => (await api.GET('/approvals')).data?.approvals.length === 1, patience);
});
afterAll(async () => {
  await work?.[Symbol.asyncDispose]();
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

/** A line of proc_pid_status(5). */
function status(pid: number, name: string): readonly string[] {
  const line = new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return line?.split(/\s+/) ?? [];
}

const parts = {
  postgres: /bin\/postgres -D/,
  api: /\/api\.js$/,
  worker: /\/worker\.js$/,
  supervisor: /\/node .*\/supervisor\.js$/,
} as const;

function pidsOf(part: keyof typeof parts): readonly number[] {
  return product
    .processes()
    .flatMap(({ pid, command }) => (parts[part].test(command) && !/launcher-\w+ serve/.test(command) ? [pid] : []));
}

test.runIf(process.getuid?.() === 0)(
  verifies('product.own-accounts', 'four processes have four accounts, none of them root'),
  () => {
    const ids = Object.keys(parts).map((part) => {
      const [pid = -1, ...more] = pidsOf(part as keyof typeof parts); // its own keys
      expect(more, part).toEqual([]);
      const [real, effective, saved] = status(pid, 'Uid');
      expect([effective, saved], part).toEqual([real, real]);
      return Number(real);
    });
    expect(new Set(ids).size).toBe(4);
    expect(ids).not.toContain(0);
    // The manager and the launcher's own process are all that is root's; below the supervisor's account nothing is.
    const roots = product.processes().filter(({ pid }) => status(pid, 'Uid')[0] === '0');
    for (const { command } of roots) expect(command).toMatch(/\/manager\.js|launcher-\w+ serve/);
  },
);

test(verifies('product.own-accounts', 'the supervisor has no capabilities and cannot gain any'), () => {
  const [pid = -1] = pidsOf('supervisor');
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
    expect(status(pid, set), set).toEqual(['0000000000000000']);
  expect(status(pid, 'NoNewPrivs')).toEqual(['1']);
});

test.runIf(process.getuid?.() === 0)(
  verifies('product.own-accounts', 'everything in a sandbox has an id of the reserved range'),
  () => {
    // Inside a namespace of its own a process has more than one id.
    const inside = product
      .processes()
      .filter(({ pid }) => status(pid, 'NSpid').length > status(process.pid, 'NSpid').length);
    const sandboxes = Map.groupBy(inside, ({ pid }) => readlinkSync(`/proc/${pid}/ns/pid`));
    // One that is made ahead holds a single process of the launcher's own, which waits to be told whose it will be.
    const isReady = (members: readonly ProcessFacts[]): boolean =>
      members.length === 1 && members.every(({ pid }) => status(pid, 'Seccomp')[0] === '0');
    const all = [...sandboxes.values()];
    expect(all.filter(isReady).length).toBeLessThanOrEqual(1);
    const inUse = all.filter((members) => !isReady(members)).flat();
    expect(inUse.length).toBeGreaterThan(0);
    for (const { pid } of inUse)
      for (const id of status(pid, 'Uid')) expect(Number(id)).toBeGreaterThanOrEqual(700_000);
  },
);

/** A process of a sandbox shows its environment to nobody of the account that started it; then it shows no secret either. */
function readUnlessHidden(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return ''; // what node:fs throws
    throw error;
  }
}

test(verifies('product.no-secret-shown', 'no secret is an argument or in an environment'), () => {
  const secrets = [product.token, readFileSync(join(place.home, 'secret'), 'utf8').trim(), providerKey];
  const shown = product.processes().flatMap(({ pid, command }) =>
    ['cmdline', 'environ'].flatMap((file) => {
      const text = readUnlessHidden(`/proc/${pid}/${file}`);
      // Whoever starts the manager hands it the provider keys in its environment; it is the person's own.
      const isManager = file === 'environ' && pid === product.manager.pid;
      return secrets.some((secret) => text.includes(secret)) && !isManager ? [`${file} of ${command}`] : [];
    }),
  );
  expect(shown).toEqual([]);
});

test(verifies('product.no-secret-shown', 'what holds a secret is readable by its owner only'), () => {
  const modeOf = (name: string): number => statSync(join(place.home, name)).mode & 0o777;
  expect(['token', 'secret'].map(modeOf)).toEqual([0o600, 0o600]);
  expect(['postgres/cluster', 'api', 'worker', 'supervisor', 'logs'].map(modeOf)).toEqual([
    0o700, 0o700, 0o700, 0o700, 0o700,
  ]);
  const logs = readdirSync(join(place.home, 'logs')).map((name) =>
    readFileSync(join(place.home, 'logs', name), 'utf8'),
  );
  expect(logs.filter((log) => log.includes(product.token) || log.includes(providerKey))).toEqual([]);
});
