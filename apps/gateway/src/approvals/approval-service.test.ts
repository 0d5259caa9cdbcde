import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { makeRooms, question, terms } from '../api/testing/rooms.ts';

const refusedAs = (code: string): unknown => expect.objectContaining({ code });
const never = new AbortController().signal;

describe('a question', () => {
  test(
    verifies('approvals-service.one-question', 'is put once, however often and by however many it is asked'),
    async () => {
      const { approvals, newRun, recorded, sql } = await makeRooms();
      const { action, digest } = question(await newRun());
      const asked = await Promise.all(Array.from({ length: 6 }, () => approvals.request(action, digest, terms)));
      expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
      expect(await sql('select state from approval')).toEqual([{ state: 'pending' }]);
      expect((await recorded()).filter((type) => type === 'approval.requested')).toHaveLength(1);
    },
  );

  test(
    verifies('approvals-service.one-question', 'ends when its step asks something else, approved or not'),
    async () => {
      const { approvals, approvalStore, newRun, recorded, timeline } = await makeRooms();
      const run = await newRun();
      const first = question(run);
      const old = await approvals.request(first.action, first.digest, terms);
      await approvals.approve(old.id, first.digest, 'ada');
      const second = question(run, { step: first.action.step });
      const fresh = await approvals.request(second.action, second.digest, terms);
      expect(fresh.id).not.toBe(old.id);
      expect((await approvalStore.read(old.id)).state).toBe('void');
      await expect(approvals.consume(old.id, first.digest)).rejects.toThrow(refusedAs('state_approval_not_usable'));
      await expect(approvals.approve(old.id, first.digest, 'ada')).rejects.toThrow(refusedAs('state_approval_ended'));
      expect(await recorded()).toEqual([
        'approval.requested',
        'approval.granted',
        'approval.voided',
        'approval.requested',
      ]);
      const told = (await timeline.read(run.id, 0)).map(({ body }) => body);
      expect(told).toContainEqual({ kind: 'approval.ended', approval: old.id, state: 'void' });
    },
  );

  test(
    verifies('approvals-service.own-digest', 'with a digest that is not that of its action is not put'),
    async () => {
      const { approvals, newRun, sql } = await makeRooms();
      const run = await newRun();
      const refused = approvals.request(question(run).action, question(run).digest, terms);
      await expect(refused).rejects.toThrow(refusedAs('input_digest_mismatch'));
      expect(await sql('select * from approval')).toEqual([]);
    },
  );

  test(verifies('approvals-service.void-at-the-end', 'is not put for a run that has ended, or for none'), async () => {
    const { approvals, newRun, runs, sql } = await makeRooms();
    const run = await newRun();
    await runs.update(run.id, { state: 'stopped', outcome: null, usage: null }, async () => undefined);
    const { action, digest } = question(run);
    await expect(approvals.request(action, digest, terms)).rejects.toThrow(refusedAs('state_run_ended'));
    const nowhere = question({ ...run, id: 'run_0123456789' });
    const lost = approvals.request(nowhere.action, nowhere.digest, terms);
    await expect(lost).rejects.toThrow(refusedAs('state_no_such_run'));
    expect(await sql('select * from approval')).toEqual([]);
  });

  test(verifies('approvals-service.own-digest', 'is answered only for the digest that was shown'), async () => {
    const { approvals, approvalStore, newRun } = await makeRooms();
    const { action, digest } = question(await newRun());
    const { id } = await approvals.request(action, digest, terms);
    const other = approvals.approve(id, 'ab'.repeat(32), 'ada');
    await expect(other).rejects.toThrow(refusedAs('state_digest_mismatch'));
    expect((await approvalStore.read(id)).state).toBe('pending');
    await approvals.approve(id, digest, 'ada');
    const used = approvals.consume(id, 'ab'.repeat(32));
    await expect(used).rejects.toThrow(refusedAs('state_approval_not_usable'));
  });

  test(
    verifies('approvals-service.silence-is-no', 'that nobody answers expires by itself and wakes who waits'),
    async () => {
      const { approvals, newRun, recorded } = await makeRooms();
      const { action, digest } = question(await newRun(), { expires: new Date(Date.now() + 300).toISOString() });
      const { id } = await approvals.request(action, digest, terms);
      using _ = approvals.startExpiring();
      expect((await approvals.awaitEnd(id, never)).state).toBe('expired');
      await expect(approvals.approve(id, digest, 'ada')).rejects.toThrow(refusedAs('state_approval_ended'));
      expect(await recorded()).toEqual(['approval.requested', 'approval.expired']);
    },
  );

  test(verifies('approvals-service.silence-is-no', 'can be neither answered nor used late, swept or not'), async () => {
    const { approvals, newRun, sql } = await makeRooms();
    const run = await newRun();
    const { action, digest } = question(run);
    const { id } = await approvals.request(action, digest, terms);
    const approved = question(run);
    const answered = await approvals.request(approved.action, approved.digest, terms);
    await approvals.approve(answered.id, approved.digest, 'ada');
    await sql(`update approval set expires = now() - interval '1 millisecond'`);
    await expect(approvals.approve(id, digest, 'ada')).rejects.toThrow(refusedAs('state_approval_ended'));
    await expect(approvals.deny(id, 'ada')).rejects.toThrow(refusedAs('state_approval_ended'));
    const late = approvals.consume(answered.id, approved.digest);
    await expect(late).rejects.toThrow(refusedAs('state_approval_not_usable'));
  });
});

describe('the ledger', () => {
  const failing = ['approval.requested', 'approval.granted', 'approval.denied', 'approval.voided'] as const;

  test.each(failing)(
    verifies('approvals-service.recorded-first', 'that cannot take "%s" keeps it from becoming true'),
    async (type) => {
      const rooms = await makeRooms();
      const { approvals, newRun, sql } = rooms;
      const { action, digest } = question(await newRun());
      const refuse = (): void => {
        rooms.refusal = (event) => event.type === type;
      };
      if (type === 'approval.requested') refuse();
      const asked = approvals.request(action, digest, terms);
      if (type === 'approval.requested') {
        await expect(asked).rejects.toThrow('cannot be written');
        expect(await sql('select * from approval')).toEqual([]);
        return;
      }
      const { id } = await asked;
      refuse();
      const change = {
        'approval.granted': () => approvals.approve(id, digest, 'ada'),
        'approval.denied': () => approvals.deny(id, 'ada'),
        'approval.voided': () => approvals.void(null),
      }[type];
      await expect(change()).rejects.toThrow('cannot be written');
      expect(await sql('select state from approval')).toEqual([{ state: 'pending' }]);
      await expect(approvals.consume(id, digest)).rejects.toThrow(refusedAs('state_approval_not_usable'));
      rooms.refusal = undefined;
      await change();
    },
  );

  test(
    verifies('approvals-service.recorded-first', 'that cannot take the use of an approval means no grant, ever'),
    async () => {
      const rooms = await makeRooms();
      const { approvals, newRun } = rooms;
      const { action, digest } = question(await newRun());
      const { id } = await approvals.request(action, digest, terms);
      await approvals.approve(id, digest, 'ada');
      rooms.refusal = ({ type }) => type === 'approval.consumed';
      await expect(approvals.consume(id, digest)).rejects.toThrow('cannot be written');
      rooms.refusal = undefined;
      await expect(approvals.consume(id, digest)).rejects.toThrow(refusedAs('state_approval_not_usable'));
    },
  );

  test(
    verifies('approvals-service.recorded-first', 'has every step of a life by the time it is answered'),
    async () => {
      const { approvals, newRun, recorded } = await makeRooms();
      const { action, digest } = question(await newRun());
      const { id } = await approvals.request(action, digest, terms);
      expect(await recorded()).toEqual(['approval.requested']);
      await approvals.approve(id, digest, 'ada');
      expect(await recorded()).toEqual(['approval.requested', 'approval.granted']);
      await approvals.consume(id, digest);
      expect(await recorded()).toEqual(['approval.requested', 'approval.granted', 'approval.consumed']);
    },
  );
});
