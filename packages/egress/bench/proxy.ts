/**
 * Requests per second and added latency of the policy proxy, against no proxy and against a forwarder of a few lines on
 * `node:http` that decides nothing. Each part is a process of its own, as in the product.
 *
 * Run: `node packages/egress/bench/proxy.ts [seconds] [connections]`. Prints; asserts nothing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { measure, type Way } from './load.ts';

const seconds = Number(process.argv[2] ?? '2');
const connections = Number(process.argv[3] ?? '32');

async function start(role: string, ...more: string[]): Promise<{ readonly port: number; stop(): void }> {
  const child = fork(new URL('./part.ts', import.meta.url), [role, ...more]);
  const [port] = (await once(child, 'message')) as [number];
  return { port, stop: () => child.kill() };
}

const origin = await start('origin');
const proxy = await start('proxy', String(origin.port));
const forwarder = await start('forwarder', String(origin.port));

const ways: readonly Way[] = [
  { name: 'direct', kind: 'direct', port: origin.port },
  { name: 'node:http forwarder, plain', kind: 'absolute', port: forwarder.port },
  { name: 'policy proxy, plain', kind: 'absolute', port: proxy.port },
  { name: 'node:http forwarder, CONNECT', kind: 'tunnel', port: forwarder.port },
  { name: 'policy proxy, CONNECT unread', kind: 'tunnel', port: proxy.port },
  { name: 'policy proxy, CONNECT read inside', kind: 'inspected', port: proxy.port },
];

console.log(`node ${process.version}, load ${loadavg()[0]?.toFixed(2)}, ${connections} connections, ${seconds} s each`);
console.log(
  'way'.padEnd(36),
  'requests/s'.padStart(11),
  'p50 ms'.padStart(9),
  'p50 alone'.padStart(10),
  'added ms'.padStart(9),
);
let base: number | undefined;
for (const way of ways) {
  await measure(way, connections, 0.5); // warm
  const busy = await measure(way, connections, seconds);
  const alone = await measure(way, 1, seconds / 2);
  base ??= alone.median;
  const figures = [
    busy.perSecond.toFixed(0),
    busy.median.toFixed(3),
    alone.median.toFixed(3),
    (alone.median - base).toFixed(3),
  ];
  console.log(way.name.padEnd(36), ...figures.map((figure, index) => figure.padStart([11, 9, 10, 9][index] ?? 9)));
}
for (const part of [origin, proxy, forwarder]) part.stop();
