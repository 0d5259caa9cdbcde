import type { EgressQuestion } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { Limits } from '../space/limits.ts';
import { ordinaryData, requestSpace } from '../space/request-space.ts';
import { breaks } from './break.ts';
import type { Claim } from './claim.ts';
import { everyHost, readClaim } from './claim-hosts.ts';
import { questionOf, readValues, sameRequest } from './model.ts';
import { queryOf } from './query.ts';
import type { Term } from './term.ts';

export type Proof =
  /** @property byRules the rules alone would do; false when only the platform's own block holds it. */
  | { readonly kind: 'proved'; readonly byRules: boolean }
  /** `decide` was asked and lets it pass. */
  | { readonly kind: 'counterexample'; readonly question: EgressQuestion }
  | { readonly kind: 'unknown'; readonly why: string };

/** Runs a script of SMT-LIB and gives what it prints. */
export type Solve = (script: string) => Promise<string>;

/** How many candidates of the solver `decide` may refute before the answer is "unknown". */
const maximumCandidates = 25;

/**
 * Asks a solver whether any request breaks the claim. Proved is what no request breaks, even when every query, condition
 * and message met the rules; a counterexample is one that `decide` itself lets pass. Where the solver's model is too coarse
 * to say, one request of every kind is tried, which proves only what it covers.
 *
 * @param milliseconds for one question to the solver.
 */
export async function prove(
  written: Claim,
  snapshot: Snapshot,
  now: number,
  solve: Solve,
  milliseconds: number,
): Promise<Proof> {
  const claim = readClaim(written);
  if (typeof claim === 'string') return { kind: 'unknown', why: claim };
  const query = queryOf(claim, snapshot);
  const refuted: Term[] = [];
  while (refuted.length < maximumCandidates) {
    const answer = await solve(query.script(refuted, milliseconds));
    if (answer.startsWith('unsat') && !query.meaning.complete) return { kind: 'unknown', why: tooMany };
    if (answer.startsWith('unsat')) {
      const byRules = await holdsByRules(claim, snapshot, solve, milliseconds);
      // A candidate that was refuted is one of many that the model does not tell apart: of those nothing is known.
      return refuted.length === 0 ? { kind: 'proved', byRules } : explored(claim, snapshot, now, byRules);
    }
    if (!answer.startsWith('sat'))
      return { kind: 'unknown', why: `The solver came to no answer within ${milliseconds / 1_000} s.` };
    const values = readValues(answer);
    const question = questionOf(values, query.callers, query.meaning);
    if (breaks(claim, question, snapshot, now)) return { kind: 'counterexample', question };
    refuted.push(sameRequest(values, query.meaning));
  }
  const found = explored(claim, snapshot, now, false);
  return found.kind === 'proved' ? { kind: 'unknown', why: tooCoarse } : found;
}

const tooCoarse = 'The model of the policy is too coarse to say.';
const tooMany = 'There are too many different hosts or paths to look at each.';

async function holdsByRules(claim: Claim, snapshot: Snapshot, solve: Solve, milliseconds: number): Promise<boolean> {
  if (claim.kind !== 'link_local') return true;
  return (await solve(queryOf(claim, snapshot, true).script([], milliseconds))).startsWith('unsat');
}

function explored(claim: Claim, snapshot: Snapshot, now: number, byRules: boolean): Proof {
  const { counterexample, limits } = explore(claim, snapshot, now);
  if (counterexample !== undefined) return { kind: 'counterexample', question: counterexample };
  if (limits.length > 0) return { kind: 'unknown', why: [tooCoarse, ...limits].join(' ') };
  return { kind: 'proved', byRules };
}

export interface Exploration {
  readonly counterexample: EgressQuestion | undefined;
  /** What was not looked at; with nothing here, no counterexample means that there is none. */
  readonly limits: readonly string[];
}

/** The other way to an answer, without a solver: asks `decide` about one request of every kind there is. */
export function explore(written: Claim, snapshot: Snapshot, now: number): Exploration {
  const claim = readClaim(written);
  if (typeof claim === 'string') return { counterexample: undefined, limits: [claim] };
  const limits = new Limits();
  const snapshots = claim.kind === 'growth' ? [snapshot, claim.before] : [snapshot];
  const data = claim.kind === 'label_reach' ? { ...ordinaryData, ...claim.data } : ordinaryData;
  const named = claim.kind === 'label_reach' ? [claim.host] : claim.kind === 'credential_reach' ? claim.hosts : [];
  const patterns = named.filter((host) => host !== everyHost);
  for (const question of requestSpace(snapshots, [data], limits, patterns))
    if (breaks(claim, question, snapshot, now)) return { counterexample: question, limits: limits.sentences };
  return { counterexample: undefined, limits: limits.sentences };
}
