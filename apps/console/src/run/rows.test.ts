import { expect, test } from 'vitest';
import { rowsOf } from './rows.ts';
import type { Label, Remark, Step } from './story.ts';

const label: Label = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] };
let sequence = 0;

function step(tool: string, outcome: 'ok' | 'denied' | null = 'ok', changes: Partial<Step> = {}): Step {
  sequence += 1;
  const id = `stp_${sequence}`;
  const ended = { kind: 'step.ended' as const, step: id, output: '', label, milliseconds: 1 };
  return {
    kind: 'step',
    agent: 'default',
    id,
    sequence,
    time: '2026-01-01T00:00:00.000Z',
    tool,
    summary: '',
    arguments: {},
    decisions: [],
    questions: [],
    settled: null,
    checkpoint: null,
    picture: null,
    ended: outcome === null ? null : { ...ended, outcome },
    ...changes,
  };
}

const says = (text: string): Remark => ({
  kind: 'remark',
  sequence: 0,
  time: '2026-01-01T00:00:00.000Z',
  body: { kind: 'turn', turn: 'trn_1', agent: 'a', text, calls: [], inputTokens: 0, outputTokens: 0 },
});

/** `read×3` for a group, the tool or the words of everything else. */
const drawn = (scenes: readonly (Step | Remark)[]): readonly string[] =>
  rowsOf(scenes).map((row) => {
    if (row.kind === 'group') return `${row.tool}×${row.steps.length}`;
    if (row.scene.kind === 'step') return row.scene.tool;
    return row.scene.body.kind === 'turn' ? row.scene.body.text : row.scene.body.kind;
  });

test('steps of one tool that went as usual are told together, and others stand between them', () => {
  const reads = (count: number) => Array.from({ length: count }, () => step('read'));
  expect(drawn([...reads(3), step('list'), ...reads(2)])).toEqual(['read×3', 'list', 'read', 'read']);
  expect(drawn([...reads(3), says('words'), ...reads(3)])).toEqual(['read×3', 'words', 'read×3']);
});

test('what was refused, asked, or still goes on is never told together', () => {
  const asked = step('read', 'ok', { questions: [{ approval: 'apr_1', state: 'approved' }] });
  const scenes = [step('read'), step('read', 'denied'), step('read'), asked, step('read', null), step('read')];
  expect(drawn(scenes)).toEqual(Array.from({ length: 6 }, () => 'read'));
});

test('only what is told elsewhere is left out', () => {
  expect(drawn([says(' '), step('plan.update'), says('I look.')])).toEqual(['I look.']);
  expect(drawn([step('plan.update', 'denied')])).toEqual(['plan.update']);
});
