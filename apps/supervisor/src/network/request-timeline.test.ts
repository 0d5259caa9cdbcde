import type { RunId, TimelineBody } from '@clawhold/spec';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Gateway } from '../gateway/gateway.ts';
import { createRequestTimeline } from './request-timeline.ts';

const [one, other]: readonly [RunId, RunId] = ['run_0000000001', 'run_0000000002'];

function entry(text: string): TimelineBody {
  return { kind: 'note', level: 'info', text };
}

type Input = Parameters<Gateway['appendTimeline']>[0];
type Answer = Awaited<ReturnType<Gateway['appendTimeline']>>;

/** A gateway that takes what it is given and answers when the test says so. */
function slowGateway() {
  const appends: (Input & { readonly end: PromiseWithResolvers<Answer> })[] = [];
  const timeline = createRequestTimeline({
    appendTimeline(input) {
      const end = Promise.withResolvers<Answer>();
      appends.push({ ...input, end });
      return end.promise;
    },
  });
  return { appends, timeline };
}

const turn = (): Promise<void> => new Promise(setImmediate);

test('the first entry goes at once; what comes while it is under way goes together, and another run does not wait', async () => {
  const { appends, timeline } = slowGateway();
  for (const text of ['a', 'b', 'c']) timeline.tell(one, entry(text));
  timeline.tell(other, entry('d'));
  expect(appends.map(({ run, bodies }) => [run, bodies.length])).toEqual([
    [one, 1],
    [other, 1],
  ]);
  appends[0]?.end.resolve({});
  await turn();
  expect(appends[2]).toMatchObject({ run: one, bodies: [entry('b'), entry('c')] });
});

test('everything is written once, in its order, and of one run one append at a time', async () => {
  const step = fc.oneof(fc.constantFrom(one, other), fc.constant('answer' as const), fc.constant('refuse' as const));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { appends, timeline } = slowGateway();
      const told: Record<RunId, TimelineBody[]> = { [one]: [], [other]: [] };
      let answered = 0;
      for (const [index, what] of steps.entries()) {
        if (what === 'answer') appends[answered++]?.end.resolve({});
        else if (what === 'refuse') appends[answered++]?.end.reject(new Error('away'));
        else {
          told[what]?.push(entry(String(index)));
          timeline.tell(what, entry(String(index)));
        }
        answered = Math.min(answered, appends.length);
        await turn();
        for (const run of [one, other])
          expect(appends.slice(answered).filter((append) => append.run === run).length).toBeLessThan(2);
      }
      const written = timeline.written();
      for (; answered < appends.length; answered++) {
        appends[answered]?.end.resolve({});
        await turn();
      }
      await written;
      for (const run of [one, other])
        expect(appends.filter((append) => append.run === run).flatMap(({ bodies }) => bodies)).toEqual(told[run]);
    }),
    { numRuns: 200 },
  );
});

test('of a run that asks faster than the gateway writes, what is kept is bounded, and the rest is counted in its place', async () => {
  const { appends, timeline } = slowGateway();
  for (let count = 0; count < 5_000; count++) timeline.tell(one, entry(String(count)));
  for (let at = 0; at < appends.length; at++) {
    if (at === 3) timeline.tell(one, entry('late'));
    appends[at]?.end.resolve({});
    await turn();
  }
  const written = appends.flatMap(({ bodies }) => bodies);
  expect(written).toHaveLength(1 + 4_096 + 1);
  expect(written.at(-1)).toMatchObject({ level: 'warning', text: expect.stringMatching(/^904 requests /) });
  expect(Math.max(...appends.map(({ bodies }) => bodies.length))).toBeLessThanOrEqual(257);
  timeline.tell(one, entry('after'));
  expect(appends.at(-1)?.bodies).toEqual([entry('after')]);
});
