import { setTimeout as sleep } from 'node:timers/promises';
import { ClawholdError, type InstallId, limits } from '@clawhold/spec';
import type { Gateway } from './gateway.ts';

export interface Registration {
  readonly epoch: number;
  readonly install: InstallId;
  readonly policy: { readonly ceiling: string; readonly agents: Readonly<Record<string, string>> };
}

/** The right to let anything pass. It runs out by itself: a supervisor that is cut off decides nothing. */
export interface Lease {
  readonly registration: () => Registration | undefined;
  /** Settles with the first registration. */
  readonly first: Promise<void>;
  /** Whether the lease runs at this moment. */
  valid(): boolean;
  close(): void;
}

export interface LeaseOptions {
  readonly gateway: Pick<Gateway, 'registerSupervisor' | 'renewLease'>;
  readonly name: string;
  readonly tier: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** A registration with the policy in force; again after a lease was lost. */
  readonly onRegistered: (registration: Registration) => void;
  /** The lease ran out: sandboxes must end now. */
  readonly onLost: () => Promise<void>;
}

const retryMilliseconds = 250;

/** Registers, then renews every `limits.heartbeatSeconds`; registers anew when the lease was lost. */
export function holdLease(options: LeaseOptions): Lease {
  const { gateway, name, tier, now, onRegistered, onLost } = options;
  const closing = new AbortController();
  const first = Promise.withResolvers<void>();
  let registration: Registration | undefined;
  let validUntil = Number.NEGATIVE_INFINITY;

  const pause = (milliseconds: number): Promise<unknown> =>
    sleep(milliseconds, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);

  async function register(): Promise<void> {
    const began = now();
    const answer = await gateway.registerSupervisor({ name, tier });
    registration = answer;
    onRegistered(answer);
    validUntil = began + limits.leaseSeconds * 1_000;
    first.resolve();
  }

  async function renew(): Promise<void> {
    if (registration === undefined) return register();
    // Counted from before the call: the gateway's own count starts later, so ours never outlasts it.
    const began = now();
    await gateway.renewLease({ epoch: registration.epoch });
    validUntil = began + limits.leaseSeconds * 1_000;
  }

  async function lose(): Promise<void> {
    registration = undefined;
    validUntil = Number.NEGATIVE_INFINITY;
    await onLost();
  }

  async function hold(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await renew();
        await pause(limits.heartbeatSeconds * 1_000);
      } catch (error) {
        const superseded = error instanceof ClawholdError && error.code === 'state_lease_lost';
        if (registration !== undefined && (superseded || now() >= validUntil)) await lose();
        await pause(retryMilliseconds);
      }
    }
  }
  void hold();

  return {
    registration: () => registration,
    first: first.promise,
    valid: () => now() < validUntil,
    close: () => closing.abort(),
  };
}
