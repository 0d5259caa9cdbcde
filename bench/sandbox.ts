/**
 * How long a sandbox takes to start, what each of its layers costs, and a command in a sandbox that runs already, beside
 * raw bubblewrap and sandbox-runtime. All ways take turns, so that the machine's moods hit each of them alike.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attestation } from '@clawhold/sandbox';
import { installPeers } from './peers/packages.ts';
import { quantile } from './report/quantile.ts';
import { type Timing, timingTable } from './report/timing-table.ts';
import { resource } from './resource.ts';
import { openBubblewrap } from './sandbox/bubblewrap.ts';
import { type Clawhold, openClawhold } from './sandbox/clawhold.ts';
import { measureIdle } from './sandbox/idle.ts';
import { spawnAlone } from './sandbox/no-sandbox.ts';
import { openSandboxRuntime } from './sandbox/sandbox-runtime.ts';
import type { NoWay, Way } from './sandbox/way.ts';
import { type Findings, progress, runTopic, sentenceOf } from './topic.ts';

const rounds = 200;
const warmUpRounds = 5;
const backToBack = 100;
const warmCommands = 1_000;
const idleCounts = [200, 1_000] as const;

/** Milliseconds before each start: the launcher gets the next one half made, as between the starts of a real day. */
const pause = 30;

/** Another way is the first in each round: whoever comes after a heavy one pays for what that leaves behind. */
function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** Lets the ways take turns. A way that fails is out, with its reason. */
async function takeTurns(ways: readonly (Way | NoWay)[]): Promise<readonly Timing[]> {
  const samples = new Map(ways.map(({ name }) => [name, [] as number[]]));
  const failures = new Map<string, string>();
  for (let round = -warmUpRounds; round < rounds; round++) {
    if (round % 50 === 0) progress(`round ${round} of ${rounds}`);
    for (const way of rotate(ways, round + warmUpRounds)) {
      if ('reason' in way || failures.has(way.name)) continue;
      await sleep(pause);
      try {
        const elapsed = await way.start();
        if (round >= 0) samples.get(way.name)?.push(elapsed);
      } catch (error) {
        failures.set(way.name, `failed in round ${round}: ${sentenceOf(error)}`);
      }
    }
  }
  return ways.map((way) => {
    const reason = 'reason' in way ? way.reason : failures.get(way.name);
    return reason === undefined ? { name: way.name, samples: samples.get(way.name) ?? [] } : { name: way.name, reason };
  });
}

/** One after the other. A failure takes the place of the figures: a median over it would hide it. */
async function repeat(name: string, times: number, once: () => Promise<number>): Promise<Timing> {
  const samples: number[] = [];
  try {
    while (samples.length < times) samples.push(await once());
  } catch (error) {
    return { name, reason: `failed after ${samples.length}: ${sentenceOf(error)}` };
  }
  return { name, samples };
}

/** Milliseconds until the kernel has taken down the namespaces and groups of the sandboxes that were measured before. */
const settling = 3_000;

async function measureWarm(clawhold: Clawhold): Promise<Timing> {
  await using sandbox = await clawhold.open();
  await sleep(settling);
  // Awaited here: at the end of this function the sandbox is gone.
  return await repeat('/bin/true in a warm sandbox', warmCommands, async () => {
    const began = performance.now();
    await sandbox.run({ arguments: ['/bin/true'] });
    return performance.now() - began;
  });
}

/** What the launcher measured of itself, layer by layer. */
function layersOf(attestations: readonly Attestation[]): readonly Timing[] {
  const layers = new Map<string, number[]>();
  for (const { name, microseconds } of attestations.flatMap((attestation) => attestation.layers))
    layers.set(name, [...(layers.get(name) ?? []), microseconds / 1_000]);
  return [...layers].map(([name, samples]) => ({ name, samples }));
}

function sentences(attestations: readonly Attestation[], starts: readonly Timing[]): readonly string[] {
  const [attestation] = attestations;
  const median = (name: string): number => {
    const timing = starts.find((start) => start.name.startsWith(name));
    return timing === undefined || 'reason' in timing
      ? Number.NaN
      : quantile(Float64Array.from(timing.samples).toSorted(), 0.5);
  };
  const own = median('Clawhold');
  return [
    ...(attestation === undefined
      ? []
      : [
          `Tier ${attestation.tier}, Landlock ${attestation.landlock}, ${attestation.seccomp.instructions} seccomp ` +
            `instructions, cgroup ${attestation.cgroup.layout}, ${attestation.probes.length} probes in every self-test.`,
        ]),
    ...(['bwrap', 'sandbox-runtime'] as const)
      .filter((name) => !Number.isNaN(median(name)))
      .map((name) => `A start takes ${(own / median(name)).toFixed(2)} times as long as with ${name}.`),
    'Neither peer keeps a sandbox for further commands: there every command is a start.',
  ];
}

async function measure(): Promise<Findings> {
  const uninstalled = installPeers();
  const folder = await mkdtemp(join(tmpdir(), 'clawhold-bench-'));
  await using _folder = resource(() => rm(folder, { recursive: true, force: true }));
  await using clawhold = await openClawhold(folder);
  const bubblewrap = openBubblewrap(folder);
  const ways = [clawhold, bubblewrap, await openSandboxRuntime(folder), spawnAlone()];
  const starts = await takeTurns(ways);
  const attestations = [...clawhold.attestations];
  progress(`${backToBack} starts without a pause, ${warmCommands} commands in one sandbox`);
  const rushed = await repeat('Clawhold, without a pause', backToBack, () => clawhold.start());
  const warm = await measureWarm(clawhold);
  const checkpoints = [...(await clawhold.checkpoints(10_000)), ...(await clawhold.checkpoints(100_000))];
  const idle = await measureIdle([clawhold.idle, ...('open' in bubblewrap ? [bubblewrap] : [])], idleCounts);
  for (const way of ways) if ('start' in way && way !== clawhold) await way[Symbol.asyncDispose]();
  return {
    tables: [
      timingTable({
        title: 'Sandbox: from Node to the first byte of a command',
        unit: 'ms; ratio to bwrap',
        decimals: 2,
        timings: [...starts, rushed],
        against: 'bwrap --unshare-all --seccomp',
      }),
      timingTable({
        title: 'Sandbox: what each layer costs, measured by the launcher; "ahead" is done before one is asked for',
        unit: 'ms',
        decimals: 2,
        timings: layersOf(attestations),
      }),
      timingTable({ title: 'Sandbox: a command, from Node to its end', unit: 'ms', decimals: 2, timings: [warm] }),
      idle,
      timingTable({ title: 'Sandbox: checkpoints of files', unit: 'ms', decimals: 1, timings: checkpoints }),
    ],
    notes: [...sentences(attestations, starts), ...(uninstalled === undefined ? [] : [`${uninstalled}.`])],
    versions: Object.fromEntries(ways.flatMap((way) => ('version' in way && way !== clawhold ? [way.version] : []))),
  };
}

await runTopic(measure);
