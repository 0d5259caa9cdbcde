import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
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
  // The first start makes the configuration; scenarios are read at the next.
  const first = await startProduct(place);
  const configuration = join(place.home, 'configuration');
  await writeFile(join(configuration, 'policies', 'default.yaml'), policy);
  await mkdir(join(configuration, 'scenarios'), { recursive: true });
  await cp(join(import.meta.dirname, 'crash-scenario.yaml'), join(configuration, 'scenarios', 'crash.yaml'));
  const socketPath = join(place.home, 'services', 'finance.sock');
  const finance = await startFinanceApi({ socketPath });
  await chmod(socketPath, 0o777);
  await first.stop();
  return { product: await startProduct(place), finance };
}
