import { readYaml } from '@clawhold/documents';
import type { Problem } from './problem.ts';

type Path = readonly PropertyKey[];

/** What a policy document says, with the places of its parts in its file. */
export interface DocumentSource {
  /** Plain data, untrusted. */
  readonly value: unknown;
  /** At a part, or at a key that the language does not know. */
  problem(path: Path, message: string, nearestKey?: string): Problem;
  lineOf(path: Path): number;
}

export type SourceResult =
  | { readonly kind: 'ok'; readonly source: DocumentSource }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export function readSource(text: string, file: string): SourceResult {
  const read = readYaml(text);
  if (read.kind === 'invalid') return { kind: 'invalid', problems: read.faults.map((fault) => ({ file, ...fault })) };
  const { value, placeOf } = read.source;
  const problem = (path: Path, message: string, nearestKey?: string): Problem => ({
    file,
    ...placeOf(path),
    message,
    ...(nearestKey === undefined ? {} : { nearestKey }),
  });
  return { kind: 'ok', source: { value, problem, lineOf: (path) => placeOf(path).line } };
}
