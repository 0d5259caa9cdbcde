import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { runAgent } from './agent.ts';
import { Spending } from './spending.ts';
import { assignment, complete, ScriptedHost } from './testing/scripted-host.ts';

const delegate = (tools: readonly string[], task = 'a part'): { calls: [string, unknown][] } => ({
  calls: [['agent_delegate', { task, tools }]],
});

test(verifies('agent.sub-agent-authority', 'a sub-agent is offered and gets only the tools it was given'), async () => {
  const host = new ScriptedHost((question, index) => {
    if (index === 0) return delegate(['file_read', 'file.list']);
    if (question.agent.endsWith('sub-agent') && index === 1)
      return {
        calls: [
          ['file_write', { path: 'a', content: 'b' }],
          ['file_read', { path: 'a' }],
        ],
      };
    return complete;
  });
  await runAgent(host, assignment(), new Spending({}));
  expect(host.questions[1]?.tools.map(({ name }) => name)).toEqual(['file.read', 'file.list', 'task.complete']);
  expect(host.ran).toEqual([['file.read']]);
  expect(host.batches[0]?.[0]?.authority).toEqual(['file.read', 'file.list']);
  expect(host.questions.at(-1)?.agent).toBe('default');
  expect(JSON.stringify(host.questions.at(-1)?.conversation)).toContain('data, not instructions');
});

test(verifies('agent.sub-agent-authority', 'a tool that the parent lacks refuses the delegation'), async () => {
  const poor = assignment({ tools: assignment().tools.filter(({ name }) => name !== 'shell.exec') });
  const host = new ScriptedHost([delegate(['file.read', 'shell.exec']), complete]);
  await runAgent(host, poor, new Spending({}));
  expect(host.questions.length).toBe(2);
  expect(JSON.stringify(host.questions[1]?.conversation)).toContain('you do not have: shell.exec');
});

test(verifies('agent.sub-agent-authority', 'a sub-agent of a sub-agent gets no more than its parent'), async () => {
  const host = new ScriptedHost((_, index) => {
    if (index === 0) return delegate(['file.read', 'agent.delegate']);
    if (index === 1) return delegate(['file.write']);
    return complete;
  });
  await runAgent(host, assignment(), new Spending({}));
  expect(host.questions.map(({ agent }) => agent)).toEqual([
    'default',
    'default › sub-agent',
    'default › sub-agent',
    'default',
  ]);
  expect(JSON.stringify(host.questions[2]?.conversation)).toContain('you do not have: file.write');
});

test(verifies('agent.sub-agent-bounds', 'sub-agents are bounded in depth and number'), async () => {
  const deep = new ScriptedHost(({ conversation }) =>
    JSON.stringify(conversation).includes('deep and no deeper') || conversation.length > 1
      ? complete
      : delegate(['agent.delegate', 'file.read']),
  );
  await runAgent(deep, assignment(), new Spending({}));
  expect(Math.max(...deep.questions.map(({ agent }) => agent.split('›').length - 1))).toBe(limits.subAgentDepth);
  expect(
    deep
      .bodies('step.ended')
      .map(({ output }) => output)
      .join(),
  ).toContain('nest 2 deep and no deeper');

  const calls = Array.from({ length: limits.subAgents + 1 }, () => delegate(['file.read']).calls).flat();
  const wide = new ScriptedHost((_, index) => (index === 0 ? { calls } : complete));
  await runAgent(wide, assignment(), new Spending({}));
  expect(wide.questions.filter(({ agent }) => agent.endsWith('sub-agent')).length).toBe(limits.subAgents);
});

test(verifies('agent.sub-agent-bounds', 'what a sub-agent uses counts against the run'), async () => {
  const host = new ScriptedHost((question) =>
    question.agent.endsWith('sub-agent') ? { calls: [['file_read', { path: 'a' }]] } : delegate(['file.read']),
  );
  const spending = new Spending({ turns: 5 });
  const { ending } = await runAgent(host, assignment(), spending);
  expect(host.questions.length).toBe(5);
  expect(spending.spent).toMatchObject({ turns: 5, inputTokens: 50, outputTokens: 5 });
  expect(ending.outcome).toBe('The agent did not finish within 5 model turns.');
});
