import { confidentialityLevels, integrityLevels, type Label } from '@clawhold/spec';

/** The label of what a model wrote out of nothing but instructions and the person's words. */
export const modelLabel: Label = Object.freeze({
  integrity: 'user',
  confidentiality: 'public',
  readers: null,
  sources: [{ kind: 'model' as const }],
});

/**
 * The label of something made from both: the worse integrity, the higher confidentiality, the readers of both. Only for
 * showing: what policy decides on is computed by the supervisor, which trusts nothing that comes from here.
 */
export function joinLabels(left: Label, right: Label): Label {
  return {
    integrity: worse(integrityLevels, left.integrity, right.integrity),
    confidentiality: worse(confidentialityLevels, left.confidentiality, right.confidentiality),
    readers: joinReaders(left.readers, right.readers),
    sources: left.sources,
  };
}

function worse<Level>(levels: readonly Level[], left: Level, right: Level): Level {
  return levels.indexOf(left) >= levels.indexOf(right) ? left : right;
}

function joinReaders(left: Label['readers'], right: Label['readers']): Label['readers'] {
  if (left === null) return right;
  return right === null ? left : left.filter((reader) => right.includes(reader));
}
