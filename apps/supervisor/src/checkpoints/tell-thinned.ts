import type { RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';

/** Tells a person which checkpoints of a run went so that there can be others. */
export function tellThinned(
  gateway: Pick<Gateway, 'appendTimeline'>,
  run: RunId,
  checkpoints: readonly number[],
): void {
  const numbers = ranges(checkpoints.toSorted((one, other) => one - other));
  const text = `Of the checkpoints before steps, ${numbers} went: the older they are, the fewer stay. Those that you take stay.`;
  // What there is, the list of checkpoints shows as well.
  void gateway.appendTimeline({ run, bodies: [{ kind: 'note', level: 'info', text }] }).catch(ignored);
}

const ignored = (): void => undefined;

/** `2 to 5, 7` */
function ranges(numbers: readonly number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const part = parts.at(-1);
    if (part !== undefined && part.last === number - 1) part.last = number;
    else parts.push({ first: number, last: number });
  }
  return parts.map(({ first, last }) => (first === last ? String(first) : `${first} to ${last}`)).join(', ');
}
