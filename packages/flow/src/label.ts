import {
  type Confidentiality,
  confidentialityLevels,
  type Integrity,
  integrityLevels,
  type Label,
  type Source,
} from '@clawhold/spec';

/** A label names at most this many sources; of more, the first in order of their names. */
export const maximumSources = 16;

/** The label of a value from one place. Confidentiality is `internal` and readers are the team unless said otherwise. */
export function labelFrom(
  integrity: Integrity,
  sources: readonly Source[],
  confidentiality: Confidentiality = 'internal',
): Label {
  return { integrity, confidentiality, readers: null, sources: orderedSources(sources) };
}

/** The label of a value that says nothing: joining it changes nothing. */
export const emptyLabel: Label = Object.freeze({
  integrity: 'user',
  confidentiality: 'public',
  readers: null,
  sources: [],
});

/**
 * The label of data made from both: as untrusted as the worse, as guarded as the more guarded, for readers of both.
 * Commutative, associative and idempotent, so the order in which data meets does not matter.
 */
export function joinLabels(a: Label, b: Label): Label {
  return {
    integrity: higher(integrityLevels, a.integrity, b.integrity),
    confidentiality: higher(confidentialityLevels, a.confidentiality, b.confidentiality),
    readers: joinReaders(a.readers, b.readers),
    sources: orderedSources([...a.sources, ...b.sources]),
  };
}

/** Whether `known` is as untrusted and as guarded as `label` already; its readers and sources do not count. */
export function isAsBad(known: Label, label: Label): boolean {
  const joined = joinLabels(known, label);
  return joined.integrity === known.integrity && joined.confidentiality === known.confidentiality;
}

function higher<Level>(levels: readonly Level[], a: Level, b: Level): Level {
  return levels.indexOf(a) >= levels.indexOf(b) ? a : b;
}

function joinReaders(a: readonly string[] | null, b: readonly string[] | null): string[] | null {
  if (a === null) return b === null ? null : [...new Set(b)].toSorted();
  const left = [...new Set(a)].toSorted();
  return b === null ? left : left.filter((reader) => b.includes(reader));
}

/** Sorted and without doubles. Keeping the least of a union is itself associative, so the bound harms no law. */
function orderedSources(sources: readonly Source[]): Source[] {
  const byKey = new Map(sources.map((source) => [sourceKey(source), source]));
  return [...byKey]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, maximumSources)
    .map(([, source]) => source);
}

function sourceKey(source: Source): string {
  switch (source.kind) {
    case 'person':
      return '4';
    case 'file':
      return `0${source.path}`;
    case 'host':
      return `1${source.host}`;
    case 'command':
      return `2${source.tool}`;
    case 'model':
      return '3';
    default:
      return source satisfies never;
  }
}
