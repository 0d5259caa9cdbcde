import type { TimelineBody, TimelineEntry } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { makeRooms } from '../api/testing/rooms.ts';
import { createContentSeal } from '../sealing/content.ts';
import { listenForSignals } from '../store/signals.ts';
import { createTimeline } from './timeline.ts';

const note = (text: string): TimelineBody => ({ kind: 'note', level: 'info', text });
const textOf = ({ body }: TimelineEntry): string => (body.kind === 'note' ? body.text : '');

test(
  verifies('gateway.timeline-in-order', 'many writers make one sequence without holes, each in its own order'),
  async () => {
    const { newRun, timeline } = await makeRooms();
    const run = await newRun();
    await Promise.all(
      Array.from({ length: 12 }, async (_, writer) => {
        for (let round = 0; round < 3; round += 1)
          await timeline.append(run.id, [
            { body: note(`${writer}/${round}/a`) },
            { body: note(`${writer}/${round}/b`) },
          ]);
      }),
    );
    const entries = await timeline.read(run.id, 0);
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 72 }, (_, index) => index + 1));
    for (let writer = 0; writer < 12; writer += 1)
      expect(entries.map(textOf).filter((text) => text.startsWith(`${writer}/`))).toEqual(
        [0, 1, 2].flatMap((round) => [`${writer}/${round}/a`, `${writer}/${round}/b`]),
      );
    expect((await timeline.read(run.id, 70)).map(({ sequence }) => sequence)).toEqual([71, 72]);
  },
);

test(
  verifies('gateway.timeline-in-order', 'what has a key is told once, by however many at the same time'),
  async () => {
    const { newRun, timeline } = await makeRooms();
    const [one, two] = [await newRun(), await newRun()];
    const keyed = [
      { body: note('first'), key: 'k/0' },
      { body: note('second'), key: 'k/1' },
    ];
    await Promise.all(Array.from({ length: 8 }, () => timeline.append(one.id, keyed)));
    await timeline.append(two.id, keyed);
    for (const run of [one, two]) expect((await timeline.read(run.id, 0)).map(textOf)).toEqual(['first', 'second']);
  },
);

test('more new runs at the same time than the pool has connections do not wait for each other for ever', async () => {
  const { newRun, database, keyEncryptionKey, signals } = await makeRooms();
  const runs = await Promise.all(Array.from({ length: 24 }, newRun));
  // As after a restart: no key is known yet.
  const timeline = createTimeline(database, createContentSeal(database, keyEncryptionKey), signals);
  await Promise.all(runs.map(({ id }) => timeline.append(id, [{ body: note('here') }])));
  for (const { id } of runs) expect(await timeline.read(id, 0)).toHaveLength(1);
});

test(
  verifies('gateway.timeline-live', 'a follower sees what another process writes, also after its connection was cut'),
  async () => {
    const { listening, newRun, sql, timeline, database, content, url } = await makeRooms();
    const run = await newRun();
    const signals = listenForSignals(url);
    const elsewhere = createTimeline(database, content, signals);
    await listening(2);
    await timeline.append(run.id, [{ body: note('before') }]);
    const control = new AbortController();
    const following = elsewhere.follow(run.id, 0, control.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => {
      const { value, done } = await following.next();
      return done === true ? 'the end' : textOf(value);
    };
    expect(await next()).toBe('before');
    const waiting = next();
    await timeline.append(run.id, [{ body: note('while it waits') }]);
    expect(await waiting).toBe('while it waits');
    await sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen clawhold'`,
    );
    const afterwards = next();
    await timeline.append(run.id, [{ body: note('after the cut') }]);
    expect(await afterwards).toBe('after the cut');
    const last = next();
    control.abort();
    expect(await last).toBe('the end');
    await signals.close();
  },
);

test(
  verifies('gateway.timeline-live', 'a follower that comes back begins where it was, and gets more than a page'),
  async () => {
    const { newRun, timeline } = await makeRooms();
    const run = await newRun();
    await timeline.append(
      run.id,
      Array.from({ length: 520 }, (_, index) => ({ body: note(String(index + 1)) })),
    );
    const control = new AbortController();
    const seen: string[] = [];
    for await (const entry of timeline.follow(run.id, 3, control.signal)) {
      seen.push(textOf(entry));
      if (seen.length === 517) control.abort();
    }
    expect(seen).toEqual(Array.from({ length: 517 }, (_, index) => String(index + 4)));
  },
);

test(
  verifies('gateway.usage-while-it-runs', 'a turn counts when it is told, once, and not after the end'),
  async () => {
    const { newRun, timeline, runs } = await makeRooms();
    const run = await newRun();
    const told: TimelineBody = {
      kind: 'turn',
      turn: 'trn_0123456789',
      agent: 'default',
      text: '',
      calls: [],
      inputTokens: 5,
      outputTokens: 2,
    };
    await Promise.all(Array.from({ length: 4 }, () => timeline.append(run.id, [{ body: told, key: 'turn/1/0' }])));
    await timeline.append(run.id, [{ body: told, key: 'turn/2/0' }]);
    expect(await runs.read(run.id)).toMatchObject({ usage: { turns: 2, inputTokens: 10, outputTokens: 4 } });
    const usage = { turns: 3, inputTokens: 15, outputTokens: 6 };
    await runs.update(run.id, { state: 'finished', outcome: null, usage }, async () => undefined);
    await timeline.append(run.id, [{ body: told, key: 'turn/3/0' }]);
    expect(await runs.read(run.id)).toMatchObject({ usage });
  },
);
