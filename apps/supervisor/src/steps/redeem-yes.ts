import { actionDigest } from '@clawhold/approvals';
import { isEnough } from '@clawhold/policy';
import type { Approval, Approvers, CanonicalAction, Grant } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { Occasion } from './action.ts';

/** What a yes was for, made again from what would happen now. */
export interface PresentAction {
  /** Who must agree by now: what the model has read since may make it a matter for more people than were asked. */
  readonly approvers: Approvers;
  describe(occasion: Occasion): Promise<CanonicalAction>;
}

export type Redeemed =
  | { readonly kind: 'yes'; readonly grant: Grant; readonly digest: string }
  /** `why` is one sentence. */
  | { readonly kind: 'no'; readonly why: string };

/** Uses up an approval. It is a yes only to exactly what would happen now, once, by as many people as are needed now. */
export async function redeemYes(
  gateway: Pick<Gateway, 'consumeApproval'>,
  { id, state, approvers, action, digest }: Approval,
  now: PresentAction,
): Promise<Redeemed> {
  if (state !== 'approved') return { kind: 'no', why: `The answer of a person was: ${state}.` };
  if (!isEnough(approvers, now.approvers))
    return { kind: 'no', why: 'More people must agree to it now than were asked.' };
  const { nonce, expires } = action;
  if (actionDigest(await now.describe({ nonce, expires })) !== digest)
    return { kind: 'no', why: 'What would run now is not what was approved.' };
  return { kind: 'yes', grant: await gateway.consumeApproval({ approval: id, digest }), digest };
}
