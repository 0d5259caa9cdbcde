/**
 * Requests through the egress proxy, beside nothing, a `net` pass-through (the limit of Node), a forwarder on `node:http` and
 * undici, our own proxy with the decision switched off, and the proxy of Anthropic's sandbox runtime.
 */
import { changeBites, memoryOf } from './egress/held-connections.ts';
import { type Part, startPart } from './egress/part.ts';
import { type Load, type Measured, ratioOf, takeTurns, warmUp } from './egress/take-turns.ts';
import type { Way } from './egress/way.ts';
import { installPeers, peerVersion } from './peers/packages.ts';
import type { Row, Table } from './report/table.ts';
import { type Findings, progress, runTopic, sentenceOf } from './topic.ts';

const loads: readonly Load[] = [
  { callers: 1, bytes: 1024 },
  { callers: 32, bytes: 1024 },
  { callers: 256, bytes: 1024 },
  { callers: 32, bytes: 1024 * 1024 },
];

interface Scenario {
  readonly title: string;
  readonly ways: readonly Way[];
  /** The way that ratios are to. */
  readonly limit: string;
}

const passThrough = 'net pass-through';
const decisionOff = 'Clawhold, decision off';
const clawhold = 'Clawhold';

async function compare({ title, ways, limit }: Scenario, load: Load): Promise<Table> {
  const what = `${load.callers} ${load.callers === 1 ? 'caller' : 'callers'}, ${load.bytes / 1024} KiB`;
  progress(`${title}, ${what}`);
  const measured = await takeTurns(ways, load);
  const limitRates = figure(measured, limit)?.rates ?? [];
  const direct = figure(measured, 'direct')?.median ?? Number.NaN;
  const rows = measured.map((one): Row => {
    if ('reason' in one) return { name: one.way.name, reason: one.reason };
    const figures = {
      'requests/s': one.perSecond,
      [`to ${limit}`]: ratioOf(one.rates, limitRates),
      'p50 ms': one.median,
      'p99 ms': one.p99,
      'added p50 ms': one.median - direct,
      'CPU us': one.processor ?? Number.NaN,
    };
    // Without the way that it is compared with there is no figure; and between processes NaN would become null.
    const known = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
    return { name: one.way.name, figures: Object.fromEntries(known) };
  });
  const columns = [
    { name: 'requests/s' },
    { name: `to ${limit}`, decimals: 2 },
    ...['p50 ms', 'p99 ms', 'added p50 ms'].map((name) => ({ name, decimals: 3 })),
    { name: 'CPU us', decimals: 1 },
  ];
  return { title: `${title}: ${what}`, unit: 'medians of turns', columns, rows };
}

function figure(measured: readonly Measured[], name: string) {
  const found = measured.find(({ way }) => way.name === name);
  return found === undefined || 'reason' in found ? undefined : found;
}

async function startPeer(script: string, settings: Part['said']): Promise<Part | undefined> {
  try {
    return await startPart(script, settings);
  } catch (error) {
    progress(sentenceOf(error));
    return undefined;
  }
}

async function measure(): Promise<Findings> {
  const uninstalled = installPeers();
  await using origin = await startPart('origin');
  const to = origin.said;
  await using raw = await startPart('pass-through', to);
  await using decided = await startPart('clawhold', { ...to, decides: 1 });
  await using undecided = await startPart('clawhold', { ...to, decides: 0 });
  await using forwarder = await startPeer('undici-forwarder', to);
  await using runtime = await startPeer('sandbox-runtime', to);

  const local = (port: unknown): string => `localhost:${String(port)}`;
  const port = (part: Part | undefined, name: string): number => Number(part?.said[name] ?? 0);
  const reached = (part: Part | undefined, name = 'plain') => ({ port: port(part, name), pid: part?.child.pid });
  const plain = (ask: 'absolute' | 'tunnel'): readonly Way[] => {
    const host = ask === 'tunnel' ? 'tunnel.example:80' : 'read.example';
    const proxied = { ask, tls: null, authority: host };
    return [
      { name: 'direct', port: port(origin, 'plain'), ask: 'direct', tls: null, authority: host },
      { name: passThrough, ...reached(raw), ask: 'direct', tls: null, authority: host },
      { name: 'node:http and undici', ...reached(forwarder), ...proxied },
      { name: decisionOff, ...reached(undecided), ...proxied },
      { name: clawhold, ...reached(decided), ...proxied },
      {
        name: 'sandbox-runtime',
        ...reached(runtime),
        ...proxied,
        authority: local(to['plain']),
        credentials: `srt:${String(runtime?.said['token'])}`,
      },
    ];
  };
  const inside = (protocol: 'http/1.1' | 'h2'): readonly Way[] => {
    const authority = 'secure.example:443';
    const reads = (part: Part) => ({
      ...reached(part),
      ask: 'tunnel' as const,
      authority,
      tls: { ca: String(part.said['certificate']), protocol },
    });
    const unread = { ask: 'direct' as const, authority, tls: { ca: String(to['certificate']), protocol } };
    return [
      { name: 'direct', port: port(origin, 'secure'), ...unread },
      { name: passThrough, ...reached(raw, 'secure'), ...unread },
      { name: decisionOff, ...reads(undecided) },
      { name: clawhold, ...reads(decided) },
    ];
  };

  const scenarios: readonly Scenario[] = [
    { title: 'Plain HTTP', ways: plain('absolute'), limit: passThrough },
    { title: 'CONNECT, carried unread', ways: plain('tunnel'), limit: passThrough },
    { title: 'CONNECT, read inside TLS, HTTP/1.1', ways: inside('http/1.1'), limit: decisionOff },
    { title: 'CONNECT, read inside TLS, HTTP/2', ways: inside('h2'), limit: decisionOff },
  ];
  const tables: Table[] = [];
  for (const scenario of scenarios) {
    progress(`${scenario.title}, until nothing gets faster`);
    await warmUp(scenario.ways);
    for (const load of loads) tables.push(await compare(scenario, load));
  }

  progress('10,000 connections, and a change of policy');
  const [tunnel, read] = [plain('tunnel'), plain('absolute')].map((ways) => ways.find(({ name }) => name === clawhold));
  if (tunnel === undefined || read === undefined) throw new Error('the bench has lost its own proxy');
  const memory = await memoryOf(decided, read, 10_000);
  const change = await changeBites(decided, tunnel, 500);
  return {
    tables,
    notes: [
      'Before its first figure each way was asked until it got no faster for 6 s, at most 30 s, in each scenario.',
      `Clawhold decides by 10,000 rules of bench/workloads/decision.json, shape realistic.`,
      `Resident memory of the proxy: ${memory.before.toFixed(0)} MiB, after 10,000 connections ${memory.after.toFixed(0)} MiB.`,
      `A change of policy that forbids 500 open tunnels: looked at again in ${change.decided.toFixed(1)} ms, all closed at the program after ${change.cut.toFixed(1)} ms.`,
      ...(uninstalled === undefined ? [] : [`${uninstalled}.`]),
    ],
    versions: Object.fromEntries(['undici', '@anthropic-ai/sandbox-runtime'].map((name) => [name, peerVersion(name)])),
  };
}

await runTopic(measure);
