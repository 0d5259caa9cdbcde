import { verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runAgent } from './agent.ts';
import { estimateTokens, planCompaction, shortenOutputs } from './compaction.ts';
import type { Entry } from './conversation.ts';
import { toMessages } from './messages.ts';
import { Spending } from './spending.ts';
import { assignment, complete, ScriptedHost } from './testing/scripted-host.ts';

const readA = { calls: [['file_read', { path: 'a' }]] } as const;

function longRun(summary: { text?: string; failure?: string }): ScriptedHost {
  const items = [{ title: 'THE PLAN', state: 'done' }];
  const host = new ScriptedHost((question, index) => {
    if (question.key.startsWith('summary')) return summary;
    if (index === 0) return { calls: [['plan_update', { items }]] };
    return question.key === 'turn/12' ? complete : readA;
  });
  let step = 0;
  host.outcome = () => {
    step += 1;
    return { text: `output ${step} ${'x'.repeat(12_000)}` };
  };
  return host;
}

test.each([
  ['by the model', { text: 'SUMMARY' }, 'SUMMARY'],
  ['without the model', { failure: 'not now' }, 'file.read: output 1'],
])(
  verifies('agent.compaction', 'a conversation too long is shortened %s and keeps what matters'),
  async (_, given, kept) => {
    const host = longRun(given);
    const { ending } = await runAgent(host, assignment({ task: 'THE TASK' }), new Spending({}));
    expect(ending.kind).toBe('finished');
    const turns = host.questions.filter(({ key }) => key.startsWith('turn'));
    for (const { conversation } of turns) expect(estimateTokens(conversation)).toBeLessThan(32_000 * 0.8);
    const last = turns.at(-1)?.conversation ?? [];
    expect(last[0]).toEqual({ kind: 'task', text: 'THE TASK' });
    expect(last[1]?.kind).toBe('summary');
    expect(JSON.stringify(last[1])).toContain(kept);
    expect(JSON.stringify(last)).toContain('[done] THE PLAN');
    // The latest output is there to its last character.
    expect(JSON.stringify(last)).toContain(`output 10 ${'x'.repeat(12_000)}`);
  },
);

const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant('remark' as const), text: fc.string({ maxLength: 400 }) }),
  fc.record({ kind: fc.constant('task' as const), text: fc.string({ maxLength: 400 }) }),
  fc
    .record({
      text: fc.string({ maxLength: 100 }),
      outputs: fc.array(fc.string({ maxLength: 3_000 }), { maxLength: 4 }),
    })
    .map(({ text, outputs }) => ({
      kind: 'turn' as const,
      text,
      calls: outputs.map((_, index) => ({
        id: `call_${index}`,
        step: 'stp_0000000000' as const,
        tool: 'file.read',
        arguments: {},
        problem: null,
      })),
      results: outputs.map((output, index) => ({ id: `call_${index}`, text: output })),
    })),
);

test(verifies('agent.compaction', 'no cut loses the task or parts a call from its result'), () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), fc.integer({ min: 100, max: 5_000 }), (before, capacity) => {
      const conversation: Entry[] = [
        ...before,
        { kind: 'task', text: 'NOW' },
        ...before.filter((e) => e.kind !== 'task'),
      ];
      const found = planCompaction(conversation, capacity);
      if (found === undefined) return;
      expect(found.task).toEqual({ kind: 'task', text: 'NOW' });
      expect([...found.older, found.task, ...found.recent].length).toBe(conversation.length);
      expect(conversation.slice(conversation.length - found.recent.length)).toEqual(found.recent);
      for (const kept of [found.recent, shortenOutputs(conversation, capacity)]) expectPaired(toMessages(kept));
    }),
  );
});

/** Every call of an assistant has its result in the very next message, and no result stands alone. */
function expectPaired(messages: ReturnType<typeof toMessages>): void {
  messages.forEach((message, index) => {
    const parts = Array.isArray(message.content) ? message.content : [];
    const asked = parts.filter((part) => part.type === 'tool-call').map((part) => part.toolCallId);
    const next = messages[index + 1];
    const answered = next?.role === 'tool' ? next.content.map((part) => 'toolCallId' in part && part.toolCallId) : [];
    if (message.role === 'assistant') expect(answered).toEqual(asked);
    if (message.role === 'tool') expect(messages[index - 1]?.role).toBe('assistant');
  });
}
