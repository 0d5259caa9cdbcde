import { scale, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { approveEverything, prepareErrand } from './testing/errand.ts';
import { House } from './testing/house.ts';

/** Where an everyday run kills: around every tool call, at the question, at the end. The long run kills everywhere. */
const always = /callTool|after awaitApproval|after updateRun finished/;
const everywhere = scale(1) > 1;
/** More than there are boundaries: a worker that does not get on ends the test red instead of never. */
const mostKills = everywhere ? 300 : 30;

const title = 'a worker killed at every boundary of a run repeats no effect and says nothing twice';
test(verifies('agent.recorded-step-not-repeated', verifies('agent.timeline-once', title)), {
  timeout: 900_000,
}, async () => {
  const house = await House.open();
  prepareErrand(house);
  const killedAt = new Set<string>();
  house.boundary = async (name) => {
    const isNew = killedAt.size < mostKills && !killedAt.has(name) && !name.includes('listOpenRuns');
    if (house.worker === undefined || !isNew || !(everywhere || always.test(name))) return;
    killedAt.add(name);
    await house.killWorker();
  };
  approveEverything(house);

  const run = house.plane.addRun({ task: 'do the errand' });
  while (!house.isOver(run)) {
    const worker = await house.startWorker().catch(() => undefined);
    await Promise.race([worker?.exited, house.ended(run)]);
  }

  expect(house.plane.run(run.id)).toMatchObject({ state: 'finished', outcome: 'SUMMARY of it all' });
  const effects = house.data.effects.map(({ call }) => call.tool).toSorted();
  expect(effects).toEqual(['file.list', 'file.read', 'file.write', 'http.fetch']);
  // Four calls and one of them a second time with its approval, before and after each.
  expect([...killedAt].filter((name) => name.includes('callTool')).length).toBe(10);
  const entries = house.plane.timeline.map(({ body }) => JSON.stringify(body));
  const isRepeated = (entry: string, index: number): boolean => entries.indexOf(entry) !== index;
  expect(entries.filter(isRepeated).filter((entry) => !entry.includes('"kind":"state"'))).toEqual([]);
  expect(house.plane.entries(run.id, 'turn').length).toBe(6);
  expect(house.plane.entries(run.id, 'step.started').length).toBe(4);
});
