import { scale } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, decide, requestTerms, withGrants } from '../index.ts';
import { anyGrants, anyLayers, anyQuestion, anyUsage, now } from '../testing/random-policy.ts';

/** Drawn once: drawing costs more than deciding. Each policy answers a window of them. */
const questionPool = 2_000;
const questionsEach = 100;

test('what leaves and is only summed up is a read', () => {
  const asked = fc.sample(fc.tuple(anyQuestion, anyUsage), questionPool);
  const seen = { durable: 0, summary: 0 };
  fc.assert(
    fc.property(anyLayers, anyGrants, fc.nat(questionPool), (layers, rules, start) => {
      const compiled = compile(layers);
      fc.pre(compiled.kind === 'ok');
      const snapshot = withGrants(compiled.snapshot, rules);
      for (let index = 0; index < questionsEach; index++) {
        const [question, usage] = asked[(start + index) % questionPool] ?? [];
        if (question?.kind !== 'egress' || usage === undefined) continue;
        const { kind, obligations } = decide(question, snapshot, usage, now);
        const isSent = kind === 'allow' && obligations.some((obligation) => obligation.kind === 'label_response');
        const record = obligations.find((obligation) => obligation.kind === 'record');
        if (!isSent || record === undefined) continue;
        seen[record.durability]++;
        if (record.durability === 'summary') expect(requestTerms(question, snapshot).effect).toBe('read');
      }
    }),
    { numRuns: scale(50), maxSkipsPerRun: 100 },
  );
  expect(Math.min(seen.durable, seen.summary)).toBeGreaterThan(50);
});
