/**
 * How long the product takes from the command to "ready": cold, with a home that does not exist yet, and warm, with one
 * that does. Packages are installed, launcher and console built, and the files are in the memory of the machine.
 */

import { type Timing, timingTable } from './report/timing-table.ts';
import { bootstrap, type Door, launch, temporaryHome } from './start/launch.ts';
import { type Findings, progress, runTopic, sentenceOf } from './topic.ts';

const homes = 3;
const warmStartsPerHome = 2;
const doors: readonly Door[] = ['npm start', 'clawhold up'];

interface Samples {
  readonly totals: Map<string, number[]>;
  readonly steps: Map<string, number[]>;
}

function add(samples: Map<string, number[]>, name: string, value: number): void {
  samples.set(name, [...(samples.get(name) ?? []), value]);
}

async function startOnce(door: Door, home: string, state: 'cold' | 'warm', { totals, steps }: Samples): Promise<void> {
  progress(`${door}, ${state}`);
  await using product = await launch(door, home);
  add(totals, `${door}, ${state}`, product.milliseconds);
  for (const [name, milliseconds] of product.steps) add(steps, `${state}: ${name}`, milliseconds);
}

/** Answers why a door does not open here. */
async function startOften(door: Door, samples: Samples): Promise<string | undefined> {
  try {
    for (let index = 0; index < homes; index++) {
      await using home = await temporaryHome();
      await startOnce(door, home.path, 'cold', samples);
      for (let again = 0; again < warmStartsPerHome; again++) await startOnce(door, home.path, 'warm', samples);
    }
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

async function measure(): Promise<Findings> {
  const samples: Samples = { totals: new Map(), steps: new Map() };
  const failures = new Map<Door, string | undefined>();
  progress('the bootstrap');
  bootstrap();
  for (const door of doors) failures.set(door, await startOften(door, samples));
  const timings = doors.flatMap((door): readonly Timing[] => {
    const reason = failures.get(door);
    const measured = (['cold', 'warm'] as const).flatMap((state) => {
      const values = samples.totals.get(`${door}, ${state}`);
      return values === undefined ? [] : [{ name: `${door}, ${state}`, samples: values }];
    });
    return reason === undefined ? measured : [...measured, { name: door, reason }];
  });
  const steps = [...samples.steps]
    .toSorted(([left], [right]) => Number(left.startsWith('warm')) - Number(right.startsWith('warm')))
    .map(([name, values]) => ({ name, samples: values }));
  return {
    tables: [
      timingTable({ title: 'Start: from the command to "ready"', unit: 'ms', decimals: 0, timings }),
      timingTable({ title: 'Start: the steps of the manager', unit: 'ms', decimals: 0, timings: steps }),
    ],
    notes: [
      'Cold: the home does not exist (database, keys and configuration are made). Warm: every later start.',
      'npm start is npm, the bootstrap’s checks and clawhold up; the tour is switched off.',
    ],
    versions: {},
  };
}

await runTopic(measure);
