import { dirname } from 'node:path';
import { callRoute } from '@clawhold/channel';
import { apiRoutes } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createPeerWords } from './peer-words.ts';
import { ApiHouse } from './testing/api-house.ts';

const words = createPeerWords([{ staged: '/run/clawhold/home', host: '/root/.clawhold' }]);
const staged = 'The file /run/clawhold/home/supervisor/x is gone.';
const known = 'The file /root/.clawhold/supervisor/x is gone.';

test(verifies('gateway.known-paths', 'what the platform says of a run names files as people know them'), () => {
  expect(words.sentence(staged)).toBe(known);
  expect(words.outcome('failed', staged)).toBe(known);
  expect(words.timelineBody({ kind: 'note', level: 'warning', text: staged })).toMatchObject({ text: known });
  for (const state of ['running', 'unknown', 'failed'] as const)
    expect(words.timelineBody({ kind: 'state', state, explanation: staged })).toMatchObject({ explanation: known });
});

test(verifies('gateway.known-paths', 'the words of an agent are left alone'), () => {
  expect(words.outcome('finished', staged)).toBe(staged);
  expect(words.outcome('finished', null)).toBe(null);
  const ended = { kind: 'state', state: 'finished', explanation: staged } as const;
  expect(words.timelineBody(ended)).toEqual(ended);
});

test(verifies('gateway.known-paths', 'over the wire: outcome, timeline and lost steps'), async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  // Here the platform's own view of its home is the folder above it.
  const home = dirname(house.configuration);
  const text = `The file ${home}/x is gone.`;
  const told = `The file ${home}/home/x is gone.`;
  const { worker } = house.channels;
  await callRoute(worker, apiRoutes.appendTimeline, { run, bodies: [{ kind: 'note', level: 'warning', text }] });
  const lost = { run, step: 'stp_0123456789', tool: 'shell.exec', summary: '', explanation: text } as const;
  expect(await callRoute(worker, apiRoutes.reportUnknownStep, lost)).toMatchObject({ explanation: told });
  await callRoute(worker, apiRoutes.updateRun, { run, state: 'failed', outcome: text, usage: null });
  expect((await house.operator('GET', `/runs/${run}`)).json).toMatchObject({ outcome: told });
  const timeline = (await house.operator('GET', `/runs/${run}/timeline`)).json;
  expect(timeline).toMatchObject({
    entries: expect.arrayContaining([
      expect.objectContaining({ body: { kind: 'note', level: 'warning', text: told } }),
    ]),
  });
});
