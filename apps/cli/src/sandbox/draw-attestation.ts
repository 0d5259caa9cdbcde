import type { AttestedSandbox } from '@clawhold/client';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';

/** Longer values are for `--json`. */
const shownValues = 40;

/** What was measured of a sandbox, a line for each thing, and whether its signature holds. */
export function drawAttestation(found: AttestedSandbox, signed: boolean): string {
  const { sandbox, run, started, ended, attestation, signature } = found;
  const state = ended === null ? paint.good('runs') : `ended ${ended.time}: ${hostileLine(ended.reason)}`;
  const verdict = signed
    ? paint.good('The signature of the supervisor holds.')
    : paint.bad(
        signature === null ? 'NOT SIGNED: recorded by an older version.' : 'ALTERED: the signature does not hold.',
      );
  return [
    `${sandbox} of ${run}, started ${started}, ${state}`,
    verdict,
    '',
    table(Object.entries(attestation).flatMap(([name, value]) => rows(hostileLine(name), value))),
  ].join('\n');
}

function rows(name: string, value: unknown): readonly (readonly string[])[] {
  if (Array.isArray(value)) {
    const shown = value
      .slice(0, shownValues)
      .map((entry: unknown, at) => [at === 0 ? paint.quiet(name) : '', inOneLine(entry)]);
    return value.length > shownValues ? [...shown, ['', `and ${value.length - shownValues} more`]] : shown;
  }
  return [[paint.quiet(name), inOneLine(value)]];
}

/** The members of an object as `name value`; a list of words as they are. */
function inOneLine(value: unknown): string {
  if (Array.isArray(value)) return value.map(inOneLine).join(', ') || 'none';
  if (typeof value !== 'object' || value === null) return hostileLine(String(value));
  return Object.entries(value)
    .map(([name, member]) => `${hostileLine(name)} ${inOneLine(member)}`)
    .join('; ');
}
