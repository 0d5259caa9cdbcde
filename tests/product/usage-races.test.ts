import { cloneDatabase, scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createCounterStore } from '../../apps/gateway/src/counters/counter-store.ts';
import type { Database } from '../../apps/gateway/src/store/database.ts';
import { openPool } from '../../apps/gateway/src/store/pool.ts';
import { createRunUsage, type Reserve, type RunUsage } from '../../apps/supervisor/src/deciding/run-usage.ts';

// Each case is many calls of several processes on a real database.
vi.setConfig({ testTimeout: 180_000 });

const noon = Date.parse('2026-11-22T12:00:00Z');
const owners = [
  { run: 'run_aaaaaaaaaa', agent: 'tour', began: noon },
  { run: 'run_bbbbbbbbbb', agent: 'tour', began: noon },
  { run: 'run_cccccccccc', agent: 'other', began: noon },
] as const;
type Owner = (typeof owners)[number];
type Gateway = Parameters<typeof createRunUsage>[1];

let database: Kysely<Database>;
let gateway: Gateway;
let clock = noon;

beforeAll(async () => {
  const { url } = await cloneDatabase();
  database = new Kysely<Database>({ dialect: new PostgresDialect({ pool: openPool(url, { max: 8 }) }) });
  gateway = createCounterStore(database, () => clock);
});
afterAll(() => database.destroy());
beforeEach(() => database.deleteFrom('counter').execute());

const attempt = fc.record({
  owner: fc.constantFrom(...owners),
  kind: fc.constantFrom('tokens', 'cost', 'egress', 'burst'),
  amount: fc.integer({ min: 1, max: 9 }),
  /** What was really used of it; null: the process dies before anybody knows. */
  used: fc.option(fc.nat(9), { freq: 3 }),
  midnight: fc.boolean(),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never;

/** What a decision would want taken for it: of the run and of the day, or of the last seconds. */
function wishes({ kind, amount }: Attempt, limit: number): readonly Reserve[] {
  const of = (counter: string): Reserve => ({ kind: 'reserve', counter, amount, limit });
  return kind === 'burst' ? [of('burst/agent/tools[0]/600s')] : [of(`${kind}/run`), of(`${kind}/day`)];
}

interface Spent {
  readonly attempt: Attempt;
  readonly day: string;
  readonly amount: number;
}

/** Lets groups of attempts race, with a supervisor that dies between two groups where one of the first left no count. */
async function live(groups: readonly (readonly Attempt[])[], limit: number): Promise<void> {
  await database.deleteFrom('counter').execute();
  clock = noon;
  let usages = new Map<Owner, RunUsage>();
  const usageOf = (owner: Owner): RunUsage => {
    const known = usages.get(owner) ?? createRunUsage(owner, gateway, () => clock);
    usages.set(owner, known);
    return known;
  };
  const spent: Spent[] = [];
  for (const group of groups) {
    await Promise.all(
      group.map(async (one) => {
        const day = new Date(clock).toISOString().slice(0, 10);
        const reserved = await usageOf(one.owner).reserve(wishes(one, limit));
        if (reserved === undefined) return;
        const used = one.used === null ? one.amount : Math.min(one.used, one.amount);
        spent.push({ attempt: one, day, amount: one.kind === 'burst' ? one.amount : used });
        if (one.used !== null) for (const taken of reserved) taken.settle(used);
      }),
    );
    // Of what nobody counted the upper estimate stays taken.
    if (group.some(({ used }) => used === null)) usages = new Map();
    if (group.some(({ midnight }) => midnight)) clock += 24 * 3_600 * 1_000;
    expectWithin(spent, limit);
  }
}

function expectWithin(spent: readonly Spent[], limit: number): void {
  const sums = new Map<string, number>();
  for (const { attempt: one, day, amount } of spent) {
    const names =
      one.kind === 'burst'
        ? [`burst of ${one.owner.agent} on ${day}`]
        : [`${one.kind} of ${one.owner.run}`, `${one.kind} of ${one.owner.agent} on ${day}`];
    for (const name of names) sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  for (const [name, sum] of sums) expect(sum, name).toBeLessThanOrEqual(limit);
}

test(
  verifies('supervisor.usage-races', 'runs, agents, midnights and crashes: nothing is ever spent beyond its limit'),
  async () => {
    const groups = fc.array(fc.array(attempt, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(groups, fc.integer({ min: 1, max: 40 }), live), { numRuns: scale(60) });
  },
);

test.each(['tokens/run', 'tokens/day', 'cost/run', 'cost/day', 'egress/run', 'egress/day', 'burst/a/tools[0]/600s'])(
  verifies('supervisor.usage-races', 'of %s parallel calls get the last unit, and not one more'),
  async (counter) => {
    const limit = 25;
    const usage = createRunUsage(owners[0], gateway, () => noon);
    const one: Reserve = { kind: 'reserve', counter, amount: 1, limit };
    const taken = await Promise.all(Array.from({ length: 40 }, () => usage.reserve([one])));
    expect(taken.filter((reserved) => reserved !== undefined)).toHaveLength(limit);
    expect(usage.spent(counter)).toBe(limit);
    // What a burst took stays taken.
    if (counter.startsWith('burst/')) return;
    const last = taken.findLast((reserved) => reserved !== undefined);
    for (const reserved of last ?? []) reserved.settle(0);
    expect(await usage.reserve([one])).toBeDefined();
    expect(await usage.reserve([one])).toBeUndefined();
  },
);

test(
  verifies(
    'supervisor.usage-races',
    'processes that race for a burst of everyone get its last, and it is free again in time',
  ),
  async () => {
    clock = noon;
    const one: Reserve = { kind: 'reserve', counter: 'burst/ceiling/tools[0]/600s', amount: 1, limit: 7 };
    const usages = owners.map((owner) => createRunUsage(owner, gateway, () => clock));
    const race = () => Promise.all([1, 2, 3, 4].flatMap(() => usages.map((usage) => usage.reserve([one]))));
    const granted = async () => (await race()).filter((reserved) => reserved !== undefined).length;
    expect(await granted()).toBe(7);
    clock += 599_000;
    expect(await granted()).toBe(0);
    for (const usage of usages) expect(usage.spent(one.counter)).toBe(7);
    clock += 1_000;
    for (const usage of usages) expect(usage.spent(one.counter)).toBe(0);
    expect(await granted()).toBe(7);
  },
);

test(
  verifies('supervisor.usage-races', 'a run that goes on in another process has spent what it spent in the first'),
  async () => {
    const wish = (amount: number): Reserve => ({ kind: 'reserve', counter: 'tokens/run', amount, limit: 10 });
    expect(await createRunUsage(owners[0], gateway, () => noon).reserve([wish(7)])).toBeDefined();
    const next = createRunUsage(owners[0], gateway, () => noon);
    expect(await next.reserve([wish(4)])).toBeUndefined();
    expect(await next.reserve([wish(3)])).toBeDefined();
    expect(next.spent('tokens/run')).toBe(10);
  },
);
