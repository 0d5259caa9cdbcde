import { type Decision, noUsage, type PolicyDocument } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import type { PolicyTest, PolicyTestCase } from './policy-test.ts';
import { questionOf } from './question-of.ts';
import { rulePaths } from './rule-paths.ts';

export interface PolicyTestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: string;
  readonly actual: string;
  /** Null when the question could not even be put; then `why` says the reason. */
  readonly decision: Decision | null;
  readonly why: string;
}

export interface PolicyTestReport {
  readonly passed: boolean;
  readonly results: readonly PolicyTestResult[];
  /**
   * Rules of the agent's document that decided at least one case, and those that decided none. Network policies that it
   * extends are left out: they are tested where they lie.
   */
  readonly covered: readonly string[];
  readonly uncovered: readonly string[];
}

/**
 * Asks every case of a test, and says which rules decided one. Nothing is spent and nobody has agreed to anything.
 *
 * @param own the agent's document before it was closed. Default: it extends nothing.
 */
export function runPolicyTest(
  test: PolicyTest,
  snapshot: Snapshot,
  now: number,
  own: PolicyDocument | undefined = snapshot.documents.agent,
): PolicyTestReport {
  const results = test.tests.map((asked) => resultOf(asked, snapshot, now));
  const deciding = new Set(results.flatMap(({ decision }) => (decision?.rules ?? []).map(({ path }) => path)));
  const document: PolicyDocument = snapshot.documents.agent ?? { version: 1 };
  const extended = Object.keys(document.network_policies ?? {})
    .filter((name) => own?.network_policies?.[name] === undefined)
    .map((name) => `network_policies.${name}.`);
  const paths = rulePaths(document).filter((path) => !extended.some((beginning) => path.startsWith(beginning)));
  return {
    passed: results.every(({ passed }) => passed),
    results,
    covered: paths.filter((path) => deciding.has(path)),
    uncovered: paths.filter((path) => !deciding.has(path)),
  };
}

function resultOf(asked: PolicyTestCase, snapshot: Snapshot, now: number): PolicyTestResult {
  const expected = asked.code === undefined ? asked.expect : `${asked.expect} (${asked.code})`;
  const put = questionOf(asked);
  const decision = put.kind === 'ok' ? decide(put.question, snapshot, noUsage, now) : null;
  const kind = decision?.kind ?? 'deny';
  const code = decision === null ? 'hard_block' : (decision.reasons[0]?.code ?? '');
  return {
    name: asked.name,
    passed: kind === asked.expect && (asked.code === undefined || asked.code === code),
    expected,
    actual: `${kind} (${code})`,
    decision,
    why: put.kind === 'refused' ? put.reason : (decision?.reasons.map(({ text }) => text).join(' ') ?? ''),
  };
}
