import type { Approval } from '@clawhold/client';

/** Who must agree and who has, in one line; undefined where one yes of anybody is enough. */
export function agreementOf({
  approvers: { count, excludeRequester },
  agreed,
  requester,
}: Pick<Approval, 'approvers' | 'agreed' | 'requester'>): string | undefined {
  if (count === 1 && !excludeRequester) return undefined;
  const who = agreed.length === 0 ? '' : ` (${agreed.join(', ')})`;
  const without = excludeRequester ? `; not ${requester}, who started the run` : '';
  return `${agreed.length} of ${count} ${count === 1 ? 'person' : 'different people'} agreed${who}${without}`;
}
