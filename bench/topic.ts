import { load } from './report/machine.ts';
import { drawTable, type Table } from './report/table.ts';
import { endWithTheBench } from './resource.ts';

/** What one topic found. */
export interface Findings {
  readonly tables: readonly Table[];
  /** Sentences a reader needs to judge the figures. */
  readonly notes: readonly string[];
  /** What was measured beside Clawhold, or below it: name → version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Findings with the circumstances they were made in. */
export interface TopicResult extends Findings {
  readonly load: { readonly before: number; readonly after: number };
  readonly seconds: number;
}

/**
 * The main function of each topic. Every topic is a process of its own, so that no topic warms, fills or ends another:
 * started by `main.ts` it sends its result there, started alone it prints it.
 */
export async function runTopic(measure: () => Promise<Findings>): Promise<void> {
  endWithTheBench();
  const began = performance.now();
  const before = load();
  const findings = await measure();
  const seconds = Math.round((performance.now() - began) / 1_000);
  const result: TopicResult = { ...findings, load: { before, after: load() }, seconds };
  if (process.send === undefined) console.log(drawTopic(result));
  else process.send(result);
}

/** Says on the standard error what is being done; the standard output is for results. */
export function progress(sentence: string): void {
  process.stderr.write(`  … ${sentence}\n`);
}

/** What went wrong, in the place of figures. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Draws the result of a topic for people. */
export function drawTopic({ tables, notes, versions, load: { before, after }, seconds }: TopicResult): string {
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...tables.map(drawTable),
    [
      ...notes,
      ...(list.length === 0 ? [] : [`With ${list.join(', ')}.`]),
      `Load ${before.toFixed(2)} before, ${after.toFixed(2)} after; ${seconds} s.`,
    ].join('\n'),
  ].join('\n\n');
}
