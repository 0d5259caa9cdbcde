import type { EgressQuestion, Usage } from '@clawhold/spec';
import type { CompiledGrant, Snapshot } from '../compile/snapshot.ts';
import { type EndpointMatch, matchEndpoints } from './match-endpoints.ts';

/** A granted rule that opens what no document does. */
export interface GrantedRule {
  readonly grant: CompiledGrant;
  readonly match: EndpointMatch;
}

/**
 * The first granted rule that is about this question, is for this run, has not expired and has a use left. It is asked
 * for only where no rule of the documents opens anything, so that it never takes the place of one.
 */
export function grantedRule(
  question: EgressQuestion,
  { grants }: Snapshot,
  usage: Usage,
  now: number,
): GrantedRule | undefined {
  for (const grant of grants) {
    if (grant.run !== null && grant.run !== question.caller.run) continue;
    if (!(grant.expires > now) || !(usage.spent(grant.counter) + 1 <= grant.uses)) continue;
    const match = matchEndpoints(grant.layer, question);
    if (match.verdict !== 'none' && match.forbidden === undefined) return { grant, match };
  }
  return undefined;
}
