import type { Alteration, AlteredLedger } from './verification.ts';

/** Something that is wrong at `firstBad`; see {@link AlteredLedger} for what `provedExactly` means. */
export function finding(
  firstBad: number,
  what: Alteration,
  explanation: string,
  provedExactly: boolean = true,
): AlteredLedger {
  return { kind: 'altered', firstBad, provedExactly, what, explanation };
}

export function insertedAt(sequence: number): AlteredLedger {
  return finding(sequence, 'inserted', `A record that was never signed stands at ${sequence}.`);
}

/** `record 7` or `records 7 to 9`. */
export function recordRange(first: number, last: number): string {
  return first === last ? `record ${first}` : `records ${first} to ${last}`;
}
