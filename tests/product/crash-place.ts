import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Product, type ProductPlace, startProduct } from '@clawhold/testkit';
import { type FinanceApi, startFinanceApi } from '@clawhold/tour';

const policy = `version: 1
name: crash
network_policies:
  finance:
    endpoints:
      - { host: finance.local, port: 80, protocol: rest, rules: [{ ask: { method: POST, path: /postings } }] }
`;

/** A product with the model of `crash-scenario.yaml`, and the finance API that it posts to. */
export async function startCrashProduct(
  place: ProductPlace,
): Promise<{ readonly product: Product; readonly finance: FinanceApi }> {
  await place.configure({
    'policies/default.yaml': policy,
    'scenarios/crash.yaml': await readFile(join(import.meta.dirname, 'crash-scenario.yaml'), 'utf8'),
  });
  const product = await startProduct(place);
  const socketPath = join(place.home, 'services', 'finance.sock');
  const finance = await startFinanceApi({ socketPath });
  await chmod(socketPath, 0o777);
  return { product, finance };
}
