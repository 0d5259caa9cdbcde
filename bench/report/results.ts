import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
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

export interface ResultsFile extends Disposable {
  /** From the checkout, when it was not given. */
  readonly path: string;
  /** Writes what is known so far over what was written: a run that is ended early keeps its finished topics. */
  write(results: Results): void;
}

/**
 * Opens the file that the figures go to.
 *
 * @param given - Path from the folder where the person is. Default: `bench/results/<when>.json`, which git ignores.
 * @throws Error of the system when it cannot be written.
 */
export function openResults(began: string, given: string | undefined): ResultsFile {
  const own = join(checkout, 'bench', 'results', `${began.slice(0, 19).replaceAll(':', '')}.json`);
  // npm runs scripts in the checkout and says where the person is.
  const path = given === undefined ? own : resolve(process.env['INIT_CWD'] ?? '.', given);
  if (given === undefined) mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  return {
    path: given === undefined ? relative(checkout, path) : path,
    write(results) {
      ftruncateSync(file);
      writeSync(file, `${JSON.stringify(results, null, 2)}\n`, 0);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
