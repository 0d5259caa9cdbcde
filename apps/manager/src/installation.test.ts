import { makeProductPlace, type Product, type ProductPlace, startProduct, verifies } from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

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

const scripts = ['gateway/src/api/main.ts', 'gateway/src/worker/main.ts', 'supervisor/src/main.ts'] as const;

/** The Node that runs a script of ours; the launcher names it among its arguments too. */
function processOf(script: string): number | undefined {
  return product.processes().find(({ command }) => command.endsWith(script) && !/launcher-\w+ serve/.test(command))
    ?.pid;
}

async function isWell(): Promise<boolean> {
  const answer = await fetch(`${product.url}/api/v1/status`, {
    headers: { authorization: `Bearer ${product.token}` },
  }).catch(() => undefined);
  if (answer?.ok !== true) return false;
  const status = (await answer.json()) as { readonly supervisors: readonly { readonly alive: boolean }[] }; // the API's
  return status.supervisors.length === 1 && status.supervisors.every(({ alive }) => alive);
}

test(verifies('manager.hanging-ends', 'api, worker and supervisor that stand still are all replaced'), async () => {
  const before = scripts.map(processOf);
  expect(before).not.toContain(undefined);
  for (const pid of before) process.kill(pid ?? -1, 'SIGSTOP');
  await expect
    .poll(() => scripts.map(processOf).filter((pid) => pid !== undefined && !before.includes(pid)), { timeout: 90_000 })
    .toHaveLength(scripts.length);
  await expect.poll(isWell, { timeout: 60_000 }).toBe(true);
  for (const pid of before) expect(() => process.kill(pid ?? -1, 0)).toThrow(/ESRCH/);
});
