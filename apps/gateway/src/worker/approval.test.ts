import type { ApprovalId } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { House } from './testing/house.ts';
import { inOrder, type Script } from './testing/scripted-model.ts';

async function ask(): Promise<{ house: House; question: ApprovalId; script: Script[] }> {
  const house = await House.open();
  house.data.tools = { 'http.fetch': ({ approval }) => (approval === undefined ? 'ask' : 'paid') };
  house.script = inOrder(
    { calls: [{ tool: 'http_fetch', arguments: { url: 'http://finance.local/payments' } }] },
    { calls: [{ tool: 'task_complete', arguments: { summary: 'Done.', checks: [{ demand: 'a', evidence: 'b' }] } }] },
  );
  house.plane.addRun({ task: 'pay' });
  await house.startWorker();
  await house.until(() => house.plane.approvals.size > 0 && [...house.plane.runs.values()][0]?.state === 'waiting');
  const [question] = house.plane.approvals.keys();
  if (question === undefined) throw new Error('nothing was asked');
  return { house, question, script: [] };
}

test(verifies('agent.approval-survives', 'an answer given while no worker lives counts, once'), async () => {
  const { house, question } = await ask();
  await house.killWorker();
  house.plane.decide(question, 'approved');
  await house.startWorker();
  const [run] = house.plane.runs.values();
  if (run === undefined) throw new Error('no run');
  expect(await house.ended(run)).toMatchObject({ state: 'finished', outcome: 'Done.' });
  expect(house.data.effects.map(({ approval }) => approval)).toEqual([question]);
  const states = house.plane.entries(run.id, 'state').map(({ state }) => state);
  expect(states).toEqual(['running', 'waiting', 'running', 'finished']);
});

test.each(['denied', 'expired'] as const)(
  verifies('agent.no-means-no', 'a call that was %s has no effect and the agent goes on'),
  async (state) => {
    const { house, question } = await ask();
    let seen = '';
    const { script } = house;
    house.script = (request) => {
      seen = request.messages.findLast(({ role }) => role === 'tool')?.content ?? '';
      return script(request);
    };
    house.plane.decide(question, state);
    const [run] = house.plane.runs.values();
    if (run === undefined) throw new Error('no run');
    expect((await house.ended(run)).state).toBe('finished');
    expect(house.data.effects).toEqual([]);
    expect(JSON.parse(seen)).toMatchObject({ error: 'policy_denied', asked: { kind: 'tool', what: 'http.fetch' } });
    expect(house.plane.entries(run.id, 'step.ended')[0]).toMatchObject({ outcome: 'denied' });
  },
);
