import type { TimelineEntry } from '@clawhold/client';
import { expect, test } from 'vitest';
import { claimOf } from './claim.ts';
import { type Label, tell } from './story.ts';

const label: Label = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] };

function claimed(agent: string, step: string, checks: unknown, output: string): readonly TimelineEntry['body'][] {
  const calls = [{ step, tool: 'task.complete', arguments: { summary: 'Done.', checks } }];
  return [
    { kind: 'turn', turn: 'trn_0000000001', agent, text: '', calls, inputTokens: 1, outputTokens: 1 },
    { kind: 'step.ended', step, outcome: 'ok', output, label, milliseconds: 0 },
  ];
}

function story(...bodies: readonly TimelineEntry['body'][]) {
  return tell(bodies.map((body, index) => ({ sequence: index + 1, time: '2026-01-01T00:00:00.000Z', body })));
}

const report = { demand: 'a report', evidence: 'read it' };

test('the last claim of the run’s own agent counts, not one that was sent back, nor a sub-agent’s', () => {
  const told = story(
    ...claimed('default', 'stp_0000000001', [], 'Not accepted yet.'),
    ...claimed('default/1', 'stp_0000000002', [{ ...report, met: false }], 'Accepted.'),
    ...claimed('default', 'stp_0000000003', [report, { ...report, met: false }], 'Accepted.'),
    ...claimed('default/2', 'stp_0000000004', [], 'Accepted.'),
  );
  expect(claimOf(told, 'default')).toEqual({
    demands: [
      { ...report, met: true },
      { ...report, met: false },
    ],
    answer: 'Accepted.',
  });
});

test.each([[null], ['words'], [[null, 7, 'words', {}, { demand: 1, evidence: 'x' }, { ...report, met: 'yes' }]]])(
  'what is no list of demands is left out: %j',
  (checks) =>
    expect(claimOf(story(...claimed('default', 'stp_0000000001', checks, '')), 'default')?.demands).toEqual([]),
);

test('a run whose agent claimed nothing has no claim', () => {
  expect(claimOf(story(...claimed('default/1', 'stp_0000000001', [report], 'Accepted.')), 'default')).toBe(null);
});
