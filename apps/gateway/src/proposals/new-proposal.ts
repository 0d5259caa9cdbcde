import { randomBytes } from 'node:crypto';
import {
  formatId,
  idEntropyBytes,
  limits,
  type Opening,
  type Proposal,
  type ProposalId,
  type ProposalKind,
  type RunId,
} from '@clawhold/spec';
import { type RawBuilder, sql } from 'kysely';

/** A rule with all that is known of it. */
export interface ProposedRule {
  readonly kind: ProposalKind;
  readonly agent: string;
  readonly policy: Proposal['policy'];
  readonly digest: string;
  readonly tried: readonly string[];
  readonly count: number;
  readonly runs: readonly RunId[];
}

/** What granting it opens, by example, and what the examples may not cover. */
export interface Opened {
  readonly opens: readonly Opening[];
  readonly limits: readonly string[];
}

/** Until when somebody has to decide, counted from this statement on. */
export const answerBy: RawBuilder<Date> = sql<Date>`now() + make_interval(secs => ${limits.proposalSeconds})`;

export function newProposalId(): ProposalId {
  return formatId('proposal', randomBytes(idEntropyBytes));
}

/** What of a rule changes while its proposal is open. */
export function ruleColumns(rule: ProposedRule) {
  return {
    policy: JSON.stringify(rule.policy),
    digest: rule.digest,
    tried: JSON.stringify(rule.tried),
    count: rule.count,
    runs: JSON.stringify(rule.runs),
  };
}

export function openingColumns({ opens, limits: bounds }: Opened) {
  return { opens: JSON.stringify(opens), bounds: JSON.stringify(bounds) };
}

/** The row of a proposal that nobody has decided about. */
export function newProposalRow(proposal: ProposalId, rule: ProposedRule, opened: Opened) {
  const { kind, agent } = rule;
  return {
    id: proposal,
    kind,
    agent,
    state: 'open' as const,
    expires: answerBy,
    ...ruleColumns(rule),
    ...openingColumns(opened),
  };
}
