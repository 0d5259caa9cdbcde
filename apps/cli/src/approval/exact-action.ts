import { type RenderedAction, renderAction } from '@clawhold/approvals';
import type { Approval } from '@clawhold/client';
import { type CanonicalAction, ClawholdError, canonicalActionSchema } from '@clawhold/spec';

/** A question as the gateway answers with it; its action counts only after it was parsed here. */
export type Question = Omit<Approval, 'action'> & { readonly action: unknown };

/** What a person is about to answer, as it was read and rendered here. */
export interface ExactAction {
  readonly action: CanonicalAction;
  /** Every text in it was made harmless; `digest` is the one that is approved. */
  readonly rendered: RenderedAction;
}

/**
 * Renders the action of a question on this machine and compares its digest: a yes is to what stands on this screen, not
 * to what somebody says about it.
 *
 * @throws ClawholdError `input_action_malformed` when the digest is not the one that the gateway names.
 */
export function exactAction({ action, digest, id }: Pick<Question, 'action' | 'digest' | 'id'>): ExactAction {
  const read = canonicalActionSchema.parse(action);
  const rendered = renderAction(read);
  if (rendered.digest === digest) return { action: read, rendered };
  throw new ClawholdError('input_action_malformed', `The question ${id} does not fit its own digest.`, {
    hint: 'Do not answer it. See whether the ledger was altered with: npx clawhold audit verify',
  });
}
