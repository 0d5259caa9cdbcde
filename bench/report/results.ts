import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkout } from '../checkout.ts';
import type { TopicResult } from '../topic.ts';
import type { Machine } from './machine.ts';

/** One run, as it is kept. */
export interface Results {
  /** ISO 8601, UTC. */
  readonly began: string;
  readonly machine: Machine;
  readonly topics: Readonly<Record<string, TopicResult | { readonly failed: string }>>;
}

/** Writes a run to `bench/results/<when>.json`, which git ignores. Answers the path, from the checkout. */
export function writeResults(results: Results): string {
  const folder = join(checkout, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${results.began.slice(0, 19).replaceAll(':', '')}.json`);
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  return relative(checkout, path);
}
