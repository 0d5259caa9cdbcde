import { makeProductPlace, type Product, type ProductPlace, scale, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operator, patience, printed } from './answers.ts';

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

/** The processes whose command line matches, as `pid start`. */
function running(command: RegExp): readonly string[] {
  return product
    .processes()
    .filter((one) => command.test(one.command))
    .map(({ pid, startTime }) => `${pid} ${startTime}`);
}

const gateway = /\/api\.js$/;
const postmaster = /bin\/postgres -D/;

/** Everything that uses the database in its own way, again and again: queries, transactions, cursors, writes. */
async function useAll(signal: AbortSignal): Promise<void> {
  const api = operator(product);
  const ways = [
    () => api.GET('/runs'),
    () => api.GET('/audit/entries', { params: { query: { after: 0 } } }),
    async () => new Response(await api.download('/audit/export')).arrayBuffer(),
    () => api.POST('/sign-in/codes'),
  ];
  const again = async (way: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) await way().catch(() => undefined);
  };
  await Promise.all([...ways, ...ways].map(again));
}

test(verifies('gateway.outlives-database', 'SIGKILL of PostgreSQL in the middle of all kinds of use'), async () => {
  const before = running(gateway);
  expect(before).toHaveLength(1);
  const done = new AbortController();
  const using = useAll(done.signal);
  for (let round = 0; round < scale(3); round += 1) {
    const [victim] = running(postmaster);
    process.kill(Number(victim?.split(' ')[0]), 'SIGKILL');
    await expect.poll(() => running(postmaster)[0] ?? victim, patience).not.toBe(victim);
    await expect.poll(async () => (await place.cli('runs', '--json')).status, patience).toBe(0);
  }
  done.abort();
  await using;
  expect(running(gateway)).toEqual(before);
  await expect
    .poll(async () => printed(await place.cli('audit', 'verify', '--json')), patience)
    .toMatchObject({ kind: 'intact', headSource: 'outside' });
});
