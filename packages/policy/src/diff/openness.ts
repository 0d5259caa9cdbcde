import type { Decision } from '@clawhold/spec';

/** How far a decision lets its caller go; a connection whose requests are decided one by one is less than raw bytes. */
export const opennessWords = ['refused', 'asks', 'allowed, request by request', 'allowed'] as const;
export type Openness = (typeof opennessWords)[number];

export function opennessOf({ kind, obligations }: Decision): Openness {
  if (kind === 'deny') return 'refused';
  if (kind === 'ask') return 'asks';
  const inspected = obligations.some((obligation) => obligation.kind === 'inspect');
  return inspected ? 'allowed, request by request' : 'allowed';
}

/** Whether the second lets further than the first. */
export function opensMore(before: Openness, after: Openness): boolean {
  return opennessWords.indexOf(after) > opennessWords.indexOf(before);
}
