import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findEngine } from '@clawhold/spec/sandbox-drivers';
import {
  makeProductPlace,
  type Product,
  type ProductPlace,
  startProduct,
  startTestNetwork,
  type TestNetwork,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { printed, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What leaves a sandbox is decided the same whoever made it: so here it is another than in all other tests. */
const driver = findEngine('crun') === undefined ? 'launcher' : 'crun';

let network: TestNetwork;
let place: ProductPlace;
let product: Product;
let configuration: string;

beforeAll(async () => {
  // The name leads to a public address at which nobody listens.
  network = await startTestNetwork({ hosts: { 'pypi.org': '151.101.0.223' } });
  place = await makeProductPlace({ network, environment: { CLAWHOLD_SANDBOX_DRIVER: driver } });
  configuration = join(place.home, 'configuration');
  await place.configure({
    'scenarios/extends.yaml': await readFile(join(import.meta.dirname, 'extends-scenario.yaml'), 'utf8'),
    'library/team/finance.yaml':
      'version: 1\nnetwork_policies: { finance: { endpoints: [{ host: finance.local, port: 80, access: read-only }] } }\n',
  });
  await writePolicy('extends: [preset:pypi, team/finance]');
  product = await startProduct(place);
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
  await network?.[Symbol.asyncDispose]();
});

function writePolicy(line: string): Promise<void> {
  return writeFile(join(configuration, 'policies', 'default.yaml'), `version: 1\nname: default\n${line}\n`);
}

/** What was decided about each request that left the sandbox or wanted to, in order. */
async function decided(): Promise<readonly string[]> {
  const folder = join(place.folder, 'work');
  await mkdir(folder, { recursive: true });
  const run = await place.cli('run', 'Ask around.', '--dir', folder, '--model', 'rehearsal/extends', '--json');
  const [last] = printed<readonly { id: string }[]>(await place.cli('runs', '--limit', '1', '--json'));
  expect(last, run.stdout + run.stderr).toBeDefined();
  const { timeline } = printed<ShownRun>(await place.cli('show', last?.id ?? '', '--json'));
  return timeline.flatMap(({ body }) => {
    if (body.kind === 'egress') return [`${body.decision} ${body.method} ${body.url} ${body.status}`];
    return body.kind === 'decision' ? [`${body.decision.kind} ${body.what} ${body.decision.reasons[0]?.code}`] : [];
  });
}

test(
  verifies('policy.presets-shipped', 'a policy opens what the preset and the library document say that it extends'),
  async () => {
    expect(await decided()).toEqual([
      'allow GET https://pypi.org/simple/requests/ 502',
      'deny DELETE pypi.org:443/simple/requests/ no_rule',
      'allow GET http://finance.local/accounts 502',
    ]);
  },
);

test(
  verifies(
    'policy.presets-shipped',
    'a preset that does not exist changes nothing, and the one that was meant is named',
  ),
  async () => {
    await writePolicy('extends: [preset:pypy]');
    const refused = await place.cli('policy', 'reload', '--json');
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('did you mean `preset:pypi`');
    expect(await decided()).toContain('allow GET https://pypi.org/simple/requests/ 502');
  },
);

test(
  verifies('sandbox-drivers.choice', 'the driver that was chosen made the sandbox, and its supervisor signed that'),
  async () => {
    const [last] = printed<readonly { id: string }[]>(await place.cli('runs', '--limit', '1', '--json'));
    const inspected = await place.cli('sandbox', 'inspect', last?.id ?? '', '--json');
    expect(printed(inspected)).toMatchObject({ signed: true, attestation: { driver } });
    expect((await place.cli('sandbox', 'inspect', last?.id ?? '')).stdout).toContain(driver);
  },
);
