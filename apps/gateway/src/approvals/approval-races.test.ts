import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { makeRooms, question, type Rooms, terms } from '../api/testing/rooms.ts';

// Each case is a life of an approval on a real database.
vi.setConfig({ testTimeout: 120_000 });

const attempts = ['approve', 'approve another', 'deny', 'consume', 'consume another', 'expire', 'void'] as const;
type Attempt = (typeof attempts)[number];

const other = 'ab'.repeat(32);

/** Puts a question and lets people, supervisor, clock and stop at it, each group of them at the same time. */
async function live(rooms: Rooms, groups: readonly (readonly Attempt[])[]): Promise<void> {
  const { approvals, approvalStore, newRun, sql } = rooms;
  const run = await newRun();
  const { action, digest } = question(run);
  const { id } = await approvals.request(action, digest, terms);
  const doing: Readonly<Record<Attempt, () => Promise<unknown>>> = {
    approve: () => approvals.approve(id, digest, 'ada'),
    'approve another': () => approvals.approve(id, other, 'ada'),
    deny: () => approvals.deny(id, 'bob'),
    consume: () => approvals.consume(id, digest),
    'consume another': () => approvals.consume(id, other),
    expire: () => sql(`update approval set expires = now() - interval '1 second' where id = $1`, [id]),
    void: () => approvals.void(run.id),
  };
  const done: { readonly attempt: Attempt; readonly group: number }[] = [];
  for (const [group, attempt] of groups.entries())
    await Promise.all(
      attempt.map(async (name) => {
        const succeeded = await doing[name]().then(
          () => true,
          () => false,
        );
        if (succeeded) done.push({ attempt: name, group });
      }),
    );
  const groupsOf = (name: Attempt): readonly number[] =>
    done.filter(({ attempt }) => attempt === name).map(({ group }) => group);

  expect(groupsOf('approve another')).toEqual([]);
  expect(groupsOf('consume another')).toEqual([]);
  expect(groupsOf('consume').length).toBeLessThanOrEqual(1);
  expect([...groupsOf('approve'), ...groupsOf('deny')].length).toBeLessThanOrEqual(1);
  const [used] = groupsOf('consume');
  if (used !== undefined) expect(groupsOf('approve')[0]).toBeLessThanOrEqual(used);
  // What had ended before a group began stays ended in it.
  for (const end of ['expire', 'void', 'deny'] as const)
    for (const ended of groupsOf(end))
      for (const change of ['approve', 'consume'] as const)
        for (const changed of groupsOf(change)) expect(changed, `${change} after ${end}`).toBeLessThanOrEqual(ended);

  const rows = await sql(`select type from ledger_entry where run = $1 and type like 'approval.%' order by sequence`, [
    run.id,
  ]);
  const recorded = rows.map(({ type }) => String(type));
  const count = (type: string): number => recorded.filter((one) => one === type).length;
  expect(count('approval.granted')).toBe(groupsOf('approve').length);
  expect(count('approval.denied')).toBe(groupsOf('deny').length);
  expect(count('approval.consumed')).toBe(groupsOf('consume').length);
  expect(count('approval.voided')).toBeLessThanOrEqual(1);
  if (used !== undefined)
    expect(recorded.indexOf('approval.granted')).toBeLessThan(recorded.indexOf('approval.consumed'));
  expect((await approvalStore.read(id)).state === 'consumed').toBe(used !== undefined);
}

test(verifies('approvals-service.used-once', 'whatever races with whatever'), async () => {
  const rooms = await makeRooms();
  const group = fc.array(fc.constantFrom(...attempts), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 4 }), (groups) => live(rooms, groups)),
    { numRuns: scale(60), examples: [[[['approve'], ['consume', 'consume', 'consume']]]] },
  );
});

test(verifies('approvals-service.used-once', 'sixteen uses at the same time give one grant'), async () => {
  const { approvals, newRun } = await makeRooms();
  const { action, digest } = question(await newRun());
  const { id } = await approvals.request(action, digest, terms);
  await approvals.approve(id, digest, 'ada');
  const uses = await Promise.allSettled(Array.from({ length: 16 }, () => approvals.consume(id, digest)));
  expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
