import type { PlanItem, SelfCheck } from '@clawhold/spec';
import type { CompletionClaim } from './own-tools.ts';

export interface CompletionFacts {
  readonly claim: CompletionClaim;
  readonly plan: readonly PlanItem[];
  /** Paths that really changed, relative to the task folder; null when nobody could say. */
  readonly changes: readonly string[] | null;
}

/** What speaks against a claim to be done, one sentence each. Empty: nothing does. */
export function reviewCompletion({ claim, plan, changes }: CompletionFacts): readonly string[] {
  const objections: string[] = [];
  if (claim.checks.length === 0)
    objections.push('There are no checks. List every demand of the task with the evidence you saw.');
  const open = plan.filter(({ state }) => state === 'open' || state === 'active');
  if (open.length > 0)
    objections.push(`The plan still has open items: ${open.map(({ title }) => `"${title}"`).join(', ')}.`);
  if (changes !== null) {
    const missing = claim.files.filter((file) => !changes.some((path) => isSamePath(file, path)));
    if (missing.length > 0) objections.push(`These files were not changed: ${missing.join(', ')}.`);
  }
  return objections;
}

/** A model may name a file relative to the folder or as the sandbox shows it, with the folder in front. */
function isSamePath(claimed: string, changed: string): boolean {
  const path = claimed.replace(/^(\.\/)+/, '');
  return path === changed || (path.startsWith('/') && path.endsWith(`/${changed}`));
}

/** The closing words of a run, the agent's own and before them what the person must know about them, and what they mean. */
export function describeOutcome(
  claim: CompletionClaim,
  objections: readonly string[],
): { readonly outcome: string; readonly selfCheck: SelfCheck } {
  const unmet = claim.checks.filter(({ met }) => !met).map(({ demand }) => demand);
  const outcome = [
    ...(objections.length > 0 ? [`Not verified. ${objections.join(' ')}`] : []),
    ...(unmet.length > 0 ? [`Not met: ${unmet.map((demand) => demand.replace(/[.;\s]+$/, '')).join('; ')}.`] : []),
    claim.summary,
  ].join('\n');
  if (objections.length > 0) return { outcome, selfCheck: 'unverified' };
  return { outcome, selfCheck: unmet.length > 0 ? 'unmet' : 'met' };
}
