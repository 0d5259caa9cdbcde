import type { Approval } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ApprovalEvent, actionDigest, advance } from './index.ts';
import { sampleAction } from './testing/sample-action.ts';

const digest = actionDigest(sampleAction);
const start = Date.parse('2026-11-22T11:30:00.000Z');
const end = Date.parse(sampleAction.expires);
const pending: Approval = {
  id: 'apr_0123456789',
  run: sampleAction.run,
  step: sampleAction.step,
  state: 'pending',
  action: sampleAction,
  digest,
  reasons: [],
  requested: new Date(start).toISOString(),
  expires: sampleAction.expires,
  decided: null,
  decidedBy: null,
};

const anyEvent: fc.Arbitrary<ApprovalEvent> = fc.oneof(
  fc.constantFrom<ApprovalEvent>({ kind: 'tick' }, { kind: 'void' }, { kind: 'deny', by: 'ada' }),
  fc
    .constantFrom(digest, 'f'.repeat(64))
    .chain((named) =>
      fc.constantFrom<ApprovalEvent>({ kind: 'approve', digest: named, by: 'ada' }, { kind: 'consume', digest: named }),
    ),
);

test(
  verifies(
    'approvals.used-once',
    'no sequence of events uses an approval twice, too late, unasked or for another digest',
  ),
  () => {
    let consumptions = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 900_000 })), { maxLength: 12 }), (steps) => {
        let approval = pending;
        let now = start;
        let consumed = 0;
        let agreed = false;
        let ended = false;
        for (const [event, wait] of steps) {
          now += wait;
          const next = advance(approval, event, now);
          if (next.kind === 'ok' && event.kind === 'consume') {
            consumed++;
            consumptions++;
            expect({ agreed, ended, digest: event.digest, early: now < end }).toEqual({
              agreed: true,
              ended: false,
              digest,
              early: true,
            });
          }
          if (next.kind === 'ok' && event.kind === 'approve') {
            agreed = true;
            expect(event.digest).toBe(digest);
          }
          ended ||= next.kind === 'ok' && (event.kind === 'deny' || event.kind === 'void');
          approval = next.approval;
          if (approval.state === 'expired') expect(now).toBeGreaterThanOrEqual(end);
        }
        expect(consumed).toBeLessThanOrEqual(1);
      }),
      { numRuns: scale(5_000) },
    );
    expect(consumptions).toBeGreaterThan(0);
  },
);

test(verifies('approvals.silence-is-no', 'an approval that nobody answered expires and stays so'), () => {
  const expired = advance(pending, { kind: 'tick' }, end);
  expect(expired).toMatchObject({ kind: 'ok', approval: { state: 'expired', decidedBy: null } });
  for (const event of [
    { kind: 'approve', digest, by: 'ada' },
    { kind: 'consume', digest },
    { kind: 'deny', by: 'ada' },
  ] as const) {
    expect(advance(expired.approval, event, start).kind).toBe('refused');
    expect(advance(pending, event, end)).toMatchObject({ kind: 'refused', approval: { state: 'expired' } });
  }
  expect(advance({ ...pending, expires: 'never' }, { kind: 'approve', digest, by: 'ada' }, start).kind).toBe('refused');
});

test('an approved action is used, and the next use is refused with a sentence', () => {
  const approved = advance(pending, { kind: 'approve', digest, by: 'ada' }, start + 1_000);
  expect(approved).toMatchObject({
    kind: 'ok',
    approval: { state: 'approved', decidedBy: 'ada', decided: '2026-11-22T11:30:01.000Z' },
  });
  const consumed = advance(approved.approval, { kind: 'consume', digest }, start + 2_000);
  expect(consumed).toMatchObject({ kind: 'ok', approval: { state: 'consumed', decidedBy: 'ada' } });
  expect(advance(consumed.approval, { kind: 'consume', digest }, start + 3_000)).toMatchObject({
    kind: 'refused',
    reason: 'It was used already; an approval is good for one action.',
  });
});
