import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  makeProductPlace,
  makeTemporaryFolder,
  type Product,
  type ProductPlace,
  startProduct,
  startTestNetwork,
  type TemporaryFolder,
  type TestNetwork,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { patience, printed, type ShownRun } from './answers.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const proxyAddress = '203.0.113.9';
const hosts = { 'api.example.com': '93.184.216.34', 'other.example.com': '93.184.216.35', 'proxy.corp': proxyAddress };

let folder: TemporaryFolder;
let network: TestNetwork;
let company: ChildProcess;
let place: ProductPlace;
let product: Product;
/** What the company's proxy was asked for. */
const asked: string[] = [];

beforeAll(async () => {
  folder = await makeTemporaryFolder({ mode: 0o755 });
  network = await startTestNetwork({ hosts });
  company = await startCompany();
  place = await makeProductPlace({
    network,
    environment: {
      CLAWHOLD_COMPANY_PROXY: 'https://ann:p%40ss@proxy.corp:3128',
      CLAWHOLD_COMPANY_PROXY_AUTHORITIES: join(folder.path, 'authorities.pem'),
    },
  });
  await place.configure({
    'scenarios/outside.yaml': await readFile(join(import.meta.dirname, 'company-proxy-scenario.yaml'), 'utf8'),
    'policies/default.yaml':
      'version: 1\nname: default\nnetwork_policies: { api: { endpoints: [{ host: api.example.com, port: 80, access: read-only }] } }\n',
  });
  product = await startProduct(place);
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
  company?.kill('SIGKILL');
  await network?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

async function startCompany(): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'company-proxy.scene.ts');
  const [file, ...words] = network.command([process.execPath, program, folder.path, proxyAddress]);
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line'); // ready
  lines.on('line', (line) => asked.push(line));
  return child;
}

test(
  verifies('egress.company-proxy', 'in a started product what a sandbox sends goes through it, and nothing beside it'),
  async () => {
    const work = join(place.folder, 'work');
    await mkdir(work);
    const run = await place.cli('run', 'Ask around.', '--dir', work, '--model', 'rehearsal/outside', '--json');
    const [last] = printed<readonly { id: string }[]>(await place.cli('runs', '--limit', '1', '--json'));
    expect(last, run.stdout + run.stderr).toBeDefined();
    const { timeline } = printed<ShownRun>(await place.cli('show', last?.id ?? '', '--json'));
    const told = timeline.flatMap(({ body }) =>
      body.kind === 'egress' ? [`${body.decision} ${body.method} ${body.url} ${body.status}`] : [],
    );
    expect(told[0]).toBe('allow GET http://api.example.com/a 200');
    // The checked address is asked for; the password is the proxy's, and goes to nobody behind it.
    await vi.waitFor(
      () => expect(asked).toEqual(['CONNECT 93.184.216.34:80 ann', 'GET api.example.com/a -']),
      patience,
    );
  },
);

test(
  verifies(
    'egress.company-proxy',
    'its password is in the memory of the supervisor, and in no environment and command',
  ),
  async () => {
    const own = product.processes().filter(({ pid }) => pid !== product.manager.pid);
    expect(own.length).toBeGreaterThan(3);
    for (const { pid } of own)
      for (const file of ['environ', 'cmdline'])
        expect(await readFile(`/proc/${pid}/${file}`, 'utf8'), `${pid} ${file}`).not.toMatch(/p%40ss|p@ss/);
  },
);
