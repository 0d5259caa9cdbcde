import { verifies } from '@clawhold/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeRooms, question, terms } from '../api/testing/rooms.ts';
import { listenForSignals } from '../store/signals.ts';

// Patience never ends here: only a notification of the database wakes anyone.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

test.each(['approve', 'deny', 'void'] as const)(
  verifies('approvals-service.wakes', '%s wakes whoever waits for the answer'),
  async (answer) => {
    const { approvals, listening, newRun } = await makeRooms();
    await listening(1);
    const { action, digest } = question(await newRun());
    const { id } = await approvals.request(action, digest, terms);
    const waiting = approvals.awaitEnd(id, new AbortController().signal);
    await {
      approve: () => approvals.approve(id, digest, 'ada'),
      deny: () => approvals.deny(id, 'ada'),
      void: () => approvals.void(null),
    }[answer]();
    expect((await waiting).state).toBe({ approve: 'approved', deny: 'denied', void: 'void' }[answer]);
  },
);

test(verifies('approvals-service.wakes', 'a notification of another process wakes too'), async () => {
  const { listening, url, sql } = await makeRooms();
  const signals = listenForSignals(url);
  await listening(2);
  const subscription = signals.subscribe('approval/x', new AbortController().signal);
  const woken = subscription.next();
  await sql(`select pg_notify('clawhold', 'approval/y'), pg_notify('clawhold', 'approval/x')`);
  await woken;
  await signals.close();
});
