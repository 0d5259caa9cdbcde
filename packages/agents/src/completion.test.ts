import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { runAgent } from './agent.ts';
import { Spending } from './spending.ts';
import { assignment, complete, ScriptedHost } from './testing/scripted-host.ts';

const check = { demand: 'report', evidence: 'read it' };
const claim = (values: object): { calls: [string, unknown][] } => ({
  calls: [['task_complete', { summary: 'Done.', checks: [check], ...values }]],
});

const plan = (state: string): [string, unknown] => ['plan_update', { items: [{ title: 'write', state }] }];

test.each([
  ['without checks', claim({ checks: [] }), 'There are no checks.'],
  ['with files that did not change', claim({ files: ['report.md'] }), 'These files were not changed: report.md.'],
])(
  verifies('agent.completion-checked', 'a claim %s is sent back twice, then not verified'),
  async (_, answer, reason) => {
    const host = new ScriptedHost([answer]);
    const { ending } = await runAgent(host, assignment(), new Spending({}));
    expect(host.questions.length).toBe(3);
    expect(JSON.stringify(host.questions[1]?.conversation)).toContain(`Not accepted yet. ${reason}`);
    expect(ending).toMatchObject({ kind: 'finished', selfCheck: 'unverified' });
    expect(ending.outcome).toMatch(/^Not verified\. /);
    expect(ending.outcome).toContain(reason);
    expect([...host.shown.values()].at(-1)).toMatchObject([
      { output: expect.stringMatching(/^Accepted, but not verified\. /) },
    ]);
  },
);

test(verifies('agent.completion-checked', 'a claim with an open plan is sent back'), async () => {
  const host = new ScriptedHost([
    { calls: [plan('active')] },
    complete,
    { calls: [plan('done'), ...(complete.calls ?? [])] },
  ]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(JSON.stringify(host.questions[2]?.conversation)).toContain('open items: \\"write\\"');
  expect(ending).toEqual({ kind: 'finished', outcome: 'Done.', selfCheck: 'met' });
});

test(verifies('agent.completion-checked', 'a claim that holds is accepted at once'), async () => {
  const host = new ScriptedHost([claim({ files: ['./report.md', '/task/sub/b.csv'] })]);
  host.changes = ['report.md', 'sub/b.csv'];
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(host.questions.length).toBe(1);
  expect(ending).toEqual({ kind: 'finished', outcome: 'Done.', selfCheck: 'met' });
});

test('a demand that the agent itself calls unmet is named first', async () => {
  const host = new ScriptedHost([claim({ checks: [check, { demand: 'pay', evidence: 'refused', met: false }] })]);
  const { ending } = await runAgent(host, assignment(), new Spending({}));
  expect(ending).toEqual({ kind: 'finished', outcome: 'Not met: pay.\nDone.', selfCheck: 'unmet' });
});
