import type { TimelineEntry } from '@clawhold/client';
import { expect, test } from 'vitest';
import { type Label, tell } from './story.ts';

const label: Label = { integrity: 'external', confidentiality: 'internal', readers: null, sources: [] };
const bodies: readonly TimelineEntry['body'][] = [
  { kind: 'state', state: 'running', explanation: null },
  {
    kind: 'turn',
    turn: 'trn_0000000001',
    agent: 'default',
    text: 'Two at once.',
    calls: [
      { step: 'stp_0000000001', tool: 'http.fetch', arguments: { url: 'http://one.example' } },
      { step: 'stp_0000000002', tool: 'file.read', arguments: { path: 'two' } },
    ],
    inputTokens: 1,
    outputTokens: 1,
  },
  { kind: 'step.started', step: 'stp_0000000002', tool: 'file.read', summary: 'two' },
  { kind: 'step.started', step: 'stp_0000000001', tool: 'http.fetch', summary: 'one' },
  { kind: 'approval', approval: 'apr_0000000001', step: 'stp_0000000001', summary: 'why' },
  { kind: 'step.ended', step: 'stp_0000000002', outcome: 'ok', output: 'words', label, milliseconds: 2 },
  { kind: 'approval.ended', approval: 'apr_0000000001', state: 'denied' },
  { kind: 'step.ended', step: 'stp_0000000001', outcome: 'denied', output: 'no', label, milliseconds: 3 },
];
const entries = bodies.map((body, index) => ({ sequence: index + 1, time: '2026-01-01T00:00:00.000Z', body }));

test('steps that ran beside each other are told one by one, in the order they were asked for', () => {
  const { scenes } = tell(entries);
  expect(scenes.map((scene) => (scene.kind === 'step' ? scene.tool : scene.body.kind))).toEqual([
    'state',
    'turn',
    'http.fetch',
    'file.read',
  ]);
  expect(scenes[2]).toMatchObject({
    ended: { outcome: 'denied' },
    arguments: { url: 'http://one.example' },
    questions: [{ approval: 'apr_0000000001', state: 'denied' }],
  });
  expect(scenes[3]).toMatchObject({ ended: { output: 'words' }, questions: [] });
});

test('a story that is cut anywhere can be told, and an open question is open', () => {
  for (const length of entries.keys()) expect(() => tell(entries.slice(0, length))).not.toThrow();
  const asked = tell(entries.slice(0, 5)).scenes.find((scene) => scene.kind === 'step' && scene.tool === 'http.fetch');
  expect(asked).toMatchObject({ ended: null, questions: [{ state: null }] });
});

test('what a person said of a lost step stands with the step', () => {
  const settled: TimelineEntry['body'] = {
    kind: 'step.settled',
    step: 'stp_0000000001',
    verdict: 'happened',
    by: 'operator',
    note: null,
  };
  const { scenes } = tell([
    ...entries,
    { sequence: entries.length + 1, time: '2026-01-01T00:00:00.000Z', body: settled },
  ]);
  const step = scenes.find((scene) => scene.kind === 'step' && scene.tool === 'http.fetch');
  expect(step).toMatchObject({ settled: { verdict: 'happened', by: 'operator' } });
});
