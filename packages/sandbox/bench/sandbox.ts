/**
 * How long a sandbox takes: from the request in Node to the first byte of a command's output with every layer and the
 * self-test on, what each layer costs, and a command in a warm sandbox. Prints figures; asserts nothing.
 *
 *   node packages/sandbox/bench/sandbox.ts [starts] [commands]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherBinary } from '@clawhold/testkit';
import { type SandboxDriver, type SandboxRequest, spawnLauncher } from '../src/index.ts';

const starts = Number(process.argv[2] ?? 200);
const commands = Number(process.argv[3] ?? 1_000);

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((left, right) => left - right);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2);
}

function print(name: string, values: readonly number[]): void {
  const [low, median, high] = [quantile(values, 0.05), quantile(values, 0.5), quantile(values, 0.95)];
  console.log(`${name.padEnd(44)} median ${median} ms   p5 ${low}   p95 ${high}   n ${values.length}`);
}

async function firstByte(
  driver: SandboxDriver,
  request: SandboxRequest,
  layers: Map<string, number[]>,
): Promise<number> {
  const began = performance.now();
  const sandbox = await driver.start(request);
  const running = sandbox.execute({ arguments: ['/bin/echo', 'x'] });
  let elapsed = Number.NaN;
  for await (const _output of running) elapsed = performance.now() - began;
  for (const { name, microseconds } of sandbox.attestation.layers)
    layers.set(name, [...(layers.get(name) ?? []), microseconds / 1_000]);
  await sandbox.kill();
  return elapsed;
}

const folder = await mkdtemp(join(tmpdir(), 'clawhold-bench-'));
const [taskFolder, storage] = [join(folder, 'task'), join(folder, 'storage')];
for (const path of [taskFolder, storage]) await mkdir(path);
await writeFile(join(taskFolder, 'a.txt'), 'a');

const driver = await spawnLauncher({ binary: await launcherBinary() });
const request: SandboxRequest = {
  id: 'bench',
  slot: 0,
  taskFolder,
  storage,
  listeners: [80, 443, 3_128, 8_080].map((port) => ({ name: String(port), address: '0.0.0.0', port })),
  runtime: { node: process.execPath },
  readOnly: [],
  environment: { PATH: '/usr/bin:/bin' },
  hosts: {},
  limits: { memoryBytes: 2 ** 31, processes: 256, openFiles: 1_024, temporaryBytes: 2 ** 29 },
  forbiddenSockets: [],
};

console.log(
  `node ${process.version}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
const layers = new Map<string, number[]>();
const times: number[] = [];
for (let index = 0; index < starts; index++) {
  times.push(await firstByte(driver, { ...request, slot: index % 100 }, layers));
  // The next starter gets ready in the background, as it does between the starts of a real day.
  await new Promise((resolve) => setTimeout(resolve, 30));
}
print('start, from Node to first byte', times);
for (const [name, values] of layers) print(`  ${name}`, values);

const sandbox = await driver.start(request);
const warm: number[] = [];
for (let index = 0; index < commands; index++) {
  const began = performance.now();
  await sandbox.run({ arguments: ['/bin/true'] });
  warm.push(performance.now() - began);
}
print('/bin/true in a warm sandbox', warm);
const frozen: number[] = [];
for (let index = 0; index < 100; index++) {
  const began = performance.now();
  await sandbox.freeze();
  frozen.push(performance.now() - began);
  await sandbox.thaw();
}
print('freeze', frozen);
const { tier, landlock, cgroup, probes } = sandbox.attestation;
console.log(`tier ${tier}, Landlock ${landlock}, cgroup ${cgroup.layout}, ${probes.length} probes`);
await driver.close();
await rm(folder, { recursive: true, force: true });
