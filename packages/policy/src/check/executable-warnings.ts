import type { PolicyDocument } from '@clawhold/spec';
import { normalPath } from '../space/shape.ts';
import { patternCells } from './covered-patterns.ts';
import { isWithin } from './rule-cells.ts';
import type { WarningFinding } from './warning.ts';

/** Executables of a list that another of the same list has too, and those that no program can be. */
export function executableWarnings({ network_policies: policies = {} }: PolicyDocument): readonly WarningFinding[] {
  return Object.entries(policies).flatMap(([name, { binaries = [] }]) => {
    const patterns = binaries.map(({ path }) => path);
    const cells = patternCells(patterns, '/', normalPath);
    if (cells === undefined) return [];
    return patterns.flatMap((_, index) => {
      const warning = warningOf(cells, patterns, index);
      return warning === undefined ? [] : [{ ...warning, path: ['network_policies', name, 'binaries', index] }];
    });
  });
}

function warningOf(
  cells: readonly ReadonlySet<number>[],
  patterns: readonly string[],
  index: number,
): Omit<WarningFinding, 'path'> | undefined {
  const own = cells[index] ?? new Set();
  if (own.size === 0)
    return {
      kind: 'unmatchable',
      message: `No program has such a path: the kernel names none ${patterns[index]}.`,
      fix: 'Write the path without `//`, `.` and `..`, where links in it lead.',
    };
  const wider = cells.findIndex(
    (other, at) => at !== index && isWithin(own, other) && (at < index || other.size > own.size),
  );
  const isEvery = patterns[wider] === '**' || patterns[wider] === '/**'; // `over_broad` says that
  if (wider === -1 || isEvery) return undefined;
  return {
    kind: 'shadowed',
    message: `binaries[${wider}] has this one too.`,
    fix: 'Take one of the two out.',
  };
}
