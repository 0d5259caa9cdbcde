import { ClawholdError } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdLease, type Lease, type LeaseOptions } from './lease.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const policy = { ceiling: '', agents: {} };

/** A control plane that keeps the lease as the real one does, and can be taken away. */
function controlPlane() {
  const plane = {
    epoch: 0,
    /** Until when this control plane counts the lease as held. */
    heldUntil: 0,
    away: 'no' as 'no' | 'refusing' | 'silent',
    superseded: false,
    async answer<Result>(result: () => Result): Promise<Result> {
      if (plane.away === 'refusing') throw new ClawholdError('channel_unreachable', 'The gateway is away.');
      if (plane.away === 'silent') return new Promise<never>(() => undefined);
      // The request and its answer both take their time.
      await new Promise((resolve) => setTimeout(resolve, 20));
      plane.heldUntil = performance.now() + 3_000;
      const value = result();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return value;
    },
    registerSupervisor: () =>
      plane.answer(() => ({ epoch: ++plane.epoch, install: 'ins_0123456789' as const, policy })),
    renewLease: () =>
      plane.answer(() => {
        if (plane.superseded) throw new ClawholdError('state_lease_lost', 'Another supervisor has registered.');
        return {};
      }),
  };
  return plane;
}

let held: Lease | undefined;
afterEach(() => held?.close());

async function hold(plane: ReturnType<typeof controlPlane>, extra: Partial<LeaseOptions> = {}) {
  const lost = vi.fn(async () => undefined);
  const lease = holdLease({
    gateway: plane as unknown as LeaseOptions['gateway'], // the ids of a test are no real ones
    name: 'local',
    tier: 'sandboxed',
    attestationKey: '',
    now: () => performance.now(),
    onRegistered: () => undefined,
    onLost: lost,
    seconds: 3,
    heartbeatSeconds: 1,
    ...extra,
  });
  held = lease;
  await vi.advanceTimersByTimeAsync(100);
  return { lease, lost };
}

test('a lease is valid from its registration on, and as long as it is renewed', async () => {
  const plane = controlPlane();
  const { lease, lost } = await hold(plane);
  for (let second = 0; second < 20; second++) {
    expect(lease.valid()).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(lease.registration()?.epoch).toBe(1);
  expect(lost).not.toHaveBeenCalled();
});

test.each(['refusing', 'silent'] as const)(
  `${verifies('supervisor.lease-runs-out', 'without the control plane the lease ends in time and sandboxes with it')}: %s`,
  async (away) => {
    const plane = controlPlane();
    const { lease, lost } = await hold(plane);
    plane.away = away;
    const { heldUntil } = plane;
    while (lease.valid()) {
      expect(performance.now()).toBeLessThan(heldUntil);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(retryAfter);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(lease.registration()).toBeUndefined();
  },
);

const retryAfter = 300;

test('it registers anew when the control plane is back', async () => {
  const plane = controlPlane();
  const { lease } = await hold(plane);
  plane.away = 'refusing';
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lease.valid()).toBe(false);
  plane.away = 'no';
  await vi.advanceTimersByTimeAsync(1_000);
  expect(lease.valid()).toBe(true);
  expect(lease.registration()?.epoch).toBe(2);
});

test(
  verifies('supervisor.lease-runs-out', 'a supervisor that another one replaced ends its sandboxes at once'),
  async () => {
    const plane = controlPlane();
    const { lease, lost } = await hold(plane);
    plane.superseded = true;
    await vi.advanceTimersByTimeAsync(1_050);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(lease.valid()).toBe(false);
  },
);

test(
  verifies('supervisor.lease-runs-out', 'a machine that sleeps loses its lease, although no timer went off meanwhile'),
  async () => {
    let slept = 0;
    const plane = controlPlane();
    const { lease, lost } = await hold(plane, { now: () => performance.now() + slept });
    expect(lease.valid()).toBe(true);
    // What CLOCK_BOOTTIME shows after an hour in which nothing ran; the control plane slept as well and knows of nothing.
    slept = 3_600_000;
    expect(lease.valid()).toBe(false);
    expect(lost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(lease.registration()?.epoch).toBe(2);
    expect(lease.valid()).toBe(true);
  },
);

test(verifies('supervisor.lease-runs-out', 'an answer that arrives after a sleep extends nothing'), async () => {
  let slept = 0;
  const plane = controlPlane();
  const { lease, lost } = await hold(plane, { now: () => performance.now() + slept });
  const late = Promise.withResolvers<object>();
  plane.renewLease = () => late.promise as Promise<never>;
  await vi.advanceTimersByTimeAsync(1_000);
  slept = 60_000;
  late.resolve({});
  plane.away = 'refusing';
  await vi.advanceTimersByTimeAsync(50);
  expect(lease.valid()).toBe(false);
  expect(lost).toHaveBeenCalledTimes(1);
});

test('an answer that comes when the lease is lost brings nothing back', async () => {
  const plane = controlPlane();
  const late = Promise.withResolvers<object>();
  const { lease, lost } = await hold(plane);
  plane.renewLease = () => late.promise as Promise<never>;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(lost).toHaveBeenCalledTimes(1);
  plane.away = 'refusing';
  late.resolve({});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(lease.valid()).toBe(false);
});

test(verifies('supervisor.lease-runs-out', 'there is no lease with a policy that cannot be read'), async () => {
  const complain = vi.spyOn(console, 'error').mockReturnValue();
  const { lease } = await hold(controlPlane(), { onRegistered: unreadable });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(lease.valid()).toBe(false);
  expect(lease.registration()).toBeUndefined();
  complain.mockRestore();
});

test('why there is no lease is said once, with what to do', async () => {
  const complain = vi.spyOn(console, 'error').mockReturnValue();
  let readable = false;
  const { lease } = await hold(controlPlane(), { onRegistered: () => (readable ? undefined : unreadable()) });
  await vi.advanceTimersByTimeAsync(5_000);
  const sentence = 'supervisor: no lease: The policy cannot be read. Correct it. (policy_invalid)';
  expect(complain.mock.calls).toEqual([[sentence]]);
  readable = true;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(lease.valid()).toBe(true);
  expect(complain).toHaveBeenCalledTimes(1);
  complain.mockRestore();
});

test('a control plane that is away is no news for the log', async () => {
  const complain = vi.spyOn(console, 'error').mockReturnValue();
  const plane = controlPlane();
  plane.away = 'refusing';
  await hold(plane);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(complain).not.toHaveBeenCalled();
  complain.mockRestore();
});

function unreadable(): never {
  throw new ClawholdError('policy_invalid', 'The policy cannot be read.', { hint: 'Correct it.' });
}
