import type { EgressQuestion, Reason, RuleReference } from '@clawhold/spec';
import { hasEncodedSlash } from '../request/path.ts';
import type { InspectorNeed } from './inspector-need.ts';
import type { EndpointMatch } from './match-endpoints.ts';

interface Unreadable {
  readonly reason: Reason;
  readonly rules: readonly RuleReference[];
}

/** Why nobody can say what the rules mean for this request; undefined when they are clear. */
export function unreadableReason(
  matches: readonly EndpointMatch[],
  need: InspectorNeed,
  operation: EgressQuestion['operation'],
): Unreadable | undefined {
  if (operation === undefined) return undefined;
  for (const { unanswered } of matches) {
    if (unanswered === undefined) continue;
    const text = `The condition of a rule has no answer for this request (${unanswered.rule.path}).`;
    return { reason: { code: 'condition', text }, rules: [unanswered.rule] };
  }
  if (need === 'conflict') return { reason: readTwice, rules: [] };
  if (need !== null && operation.message !== undefined) return { reason: misread, rules: [] };
  if (!hasEncodedSlash(operation.path)) return undefined;
  for (const { selected } of matches)
    for (const { allowsEncodedSlash, open } of selected)
      if (!allowsEncodedSlash) return { reason: encodedSlash, rules: [open.rule] };
  return undefined;
}

const readTwice: Reason = Object.freeze({
  code: 'default',
  text: 'Two rules read this request as two different protocols, so the answer is no.',
});
const misread: Reason = Object.freeze({
  code: 'default',
  text: 'What was read from this request is not what the rules for it are about, so the answer is no.',
});
const encodedSlash: Reason = Object.freeze({
  code: 'hard_block',
  text: 'The path holds an encoded slash, which servers read in different ways, and this endpoint has no `allow_encoded_slash`.',
});
