import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { everyRow } from './testing/database-rows.ts';
import { approveEverything, prepareErrand } from './testing/errand.ts';
import { House } from './testing/house.ts';
import { inOrder, type Script } from './testing/scripted-model.ts';

function finish(summary: string): Script {
  return inOrder({
    calls: [{ tool: 'task_complete', arguments: { summary, checks: [{ demand: 'a', evidence: 'b' }] } }],
  });
}

test(verifies('agent.session-history', 'a run sees the runs before it in its session, and no other'), async () => {
  const house = await House.open();
  house.script = finish('The first answer.');
  const first = house.plane.addRun({ task: 'the first task' });
  await house.startWorker();
  await house.ended(first);
  const stranger = house.plane.addRun({ task: 'a task of someone else' });
  await house.ended(stranger);

  let seen = '';
  house.script = (request) => {
    seen = JSON.stringify(request.messages);
    return {
      calls: [{ tool: 'task_complete', arguments: { summary: 'x', checks: [{ demand: 'a', evidence: 'b' }] } }],
    };
  };
  const second = house.plane.addRun({ task: 'the second task', session: first.session });
  await house.ended(second);
  expect(seen).toContain('the first task');
  expect(seen).toContain('The first answer.');
  expect(seen).toContain('the second task');
  expect(seen).not.toContain('someone else');
});

test(verifies('agent.journal-without-content', 'no word of people, models or tools is in the journal'), async () => {
  const house = await House.open();
  prepareErrand(house);
  approveEverything(house);
  const run = house.plane.addRun({ task: 'TASK of the person' });
  await house.startWorker();
  await house.ended(run);
  const rows = await everyRow(house.database.url);
  // It is the right place: the run and its steps are there.
  expect(rows).toContain(run.id);
  expect(rows).toContain('call.approved');
  for (const word of ['TASK', 'PROSE', 'OUTPUT', 'ARGUMENT', 'SUMMARY', 'finance.local'])
    expect(rows, word).not.toContain(word);
});
