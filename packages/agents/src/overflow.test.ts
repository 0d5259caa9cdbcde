import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { runAgent } from './agent.ts';
import { Spending } from './spending.ts';
import { assignment, complete, ScriptedHost } from './testing/scripted-host.ts';

const read = (index: number) => ({ calls: [['file_read', { path: `${index}.txt` }]] }) as const;
const tooLong = { failure: 'The model server refused: the prompt is too long.', tooLong: true };

/** A run that reads a lot; the server then calls the conversation too long so many times. */
async function overflow(times: number): Promise<{ host: ScriptedHost; kind: string; outcome: string }> {
  let refusals = 0;
  const host = new ScriptedHost((question, index) => {
    if (question.tools.length === 0) return { text: 'What was read before.' };
    if (index < 4) return read(index);
    refusals += 1;
    return refusals <= times ? tooLong : complete;
  });
  host.outcome = () => ({ text: 'word '.repeat(2_000) });
  const { ending } = await runAgent(host, assignment({ contextTokens: 16_000 }), new Spending({}));
  return { host, ...ending };
}

test(
  verifies('agent.overflow', 'a conversation that a server calls too long is shortened and sent again'),
  async () => {
    const { host, kind } = await overflow(1);
    expect(kind).toBe('finished');
    const sizes = host.questions
      .filter(({ tools }) => tools.length > 0)
      .map(({ conversation }) => JSON.stringify(conversation).length);
    expect(sizes.at(-1)).toBeLessThan(sizes.at(-2) ?? 0);
    // The person's own words are in it whatever else went.
    expect(host.questions.at(-1)?.conversation).toContainEqual({ kind: 'task', text: 'the task' });
  },
);

test(verifies('agent.overflow', 'a server that calls everything too long ends the run with its sentence'), async () => {
  const { host, kind, outcome } = await overflow(Number.POSITIVE_INFINITY);
  expect({ kind, outcome }).toEqual({ kind: 'failed', outcome: tooLong.failure });
  expect(host.questions.filter(({ tools }) => tools.length > 0)).toHaveLength(7);
});
