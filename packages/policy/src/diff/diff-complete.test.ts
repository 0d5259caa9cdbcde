import { noUsage, type Question } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { decide } from '../decide/decide.ts';
import { ordinaryData } from '../space/request-space.ts';
import { anyLayers, anyQuestion, now } from '../testing/random-policy.ts';
import { diffPolicies } from './diff.ts';
import { opennessOf } from './openness.ts';

/** Without what comparisons leave out and say so. */
function plain(question: Question): Question | undefined {
  if (question.kind !== 'egress') return undefined;
  const { operation, caller } = question;
  if (operation?.message !== undefined) return undefined;
  const { method, path } = operation ?? {};
  if (operation !== undefined && !/^[A-Z][A-Z-]*$/.test(operation.method)) return undefined;
  return {
    ...question,
    caller,
    data: ordinaryData,
    ...(method === undefined || path === undefined ? {} : { operation: { method, path, query: '', parameters: [] } }),
  };
}

test(verifies('policy-tools.diff', 'what is not listed is decided alike by both'), () => {
  let different = 0;
  fc.assert(
    fc.property(anyLayers, anyLayers, fc.array(anyQuestion, { minLength: 30, maxLength: 60 }), (one, other, asked) => {
      const [before, after] = [compile(one), compile(other)];
      if (before.kind === 'invalid' || after.kind === 'invalid') return;
      const { changes } = diffPolicies(before.snapshot, after.snapshot, now);
      const listed = new Set(changes.map((change) => `${change.before} ${change.after}`));
      for (const question of asked.map(plain)) {
        if (question === undefined) continue;
        const [was, is] = [before, after].map(({ snapshot }) => opennessOf(decide(question, snapshot, noUsage, now)));
        if (was === is) continue;
        different++;
        expect(listed, JSON.stringify(question)).toContain(`${was} ${is}`);
      }
    }),
    { numRuns: 20 },
  );
  expect(different).toBeGreaterThan(10);
}, 120_000);
