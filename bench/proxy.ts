/**
 * Requests per second and added latency of the policy proxy, beside no proxy and a forwarder of a few lines on
 * `node:http` that decides nothing: the parts and the load of `packages/egress/bench`, as a table.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { measure as measureWay, type Way } from '../packages/egress/bench/load.ts';
import { checkout } from './checkout.ts';
import type { Row } from './report/table.ts';
import { resource } from './resource.ts';
import { type Findings, progress, runTopic } from './topic.ts';

const connections = 32;
const warmUpSeconds = 0.5;
const seconds = 2;

interface Part extends AsyncDisposable {
  readonly port: number;
}

/** Each part is a process of its own, as in the product. */
async function start(role: 'origin' | 'proxy' | 'forwarder', originPort = 0): Promise<Part> {
  const child = fork(join(checkout, 'packages/egress/bench/part.ts'), [role, String(originPort)]);
  const part = resource(async () => {
    child.kill();
  });
  const [port] = (await once(child, 'message')) as [number]; // what part.ts announces
  return { port, ...part };
}

async function measure(): Promise<Findings> {
  await using origin = await start('origin');
  await using proxy = await start('proxy', origin.port);
  await using forwarder = await start('forwarder', origin.port);
  const ways: readonly Way[] = [
    { name: 'direct', kind: 'direct', port: origin.port },
    { name: 'node:http forwarder, plain', kind: 'absolute', port: forwarder.port },
    { name: 'policy proxy, plain', kind: 'absolute', port: proxy.port },
    { name: 'node:http forwarder, CONNECT', kind: 'tunnel', port: forwarder.port },
    { name: 'policy proxy, CONNECT unread', kind: 'tunnel', port: proxy.port },
    { name: 'policy proxy, CONNECT read inside', kind: 'inspected', port: proxy.port },
  ];
  const rows: Row[] = [];
  let direct: number | undefined;
  for (const way of ways) {
    progress(way.name);
    await measureWay(way, connections, warmUpSeconds);
    const busy = await measureWay(way, connections, seconds);
    const alone = await measureWay(way, 1, seconds / 2);
    direct ??= alone.median;
    const figures = {
      'requests/s': busy.perSecond,
      'p50 ms': busy.median,
      'p50 ms alone': alone.median,
      'added ms alone': alone.median - direct,
    };
    rows.push({ name: way.name, figures });
  }
  const columns = [
    { name: 'requests/s' },
    ...['p50 ms', 'p50 ms alone', 'added ms alone'].map((name) => ({ name, decimals: 3 })),
  ];
  const unit = `${connections} keep-alive connections; alone: one`;
  return { tables: [{ title: 'Proxy: small answers over loopback', unit, columns, rows }], notes: [], versions: {} };
}

await runTopic(measure);
