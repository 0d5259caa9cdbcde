import { ClawholdError, type GrantsInForce, type InstallId, limits, type PolicySources } from '@clawhold/spec';
import { bootClockMilliseconds } from './boot-clock.ts';
import type { Gateway } from './gateway.ts';

export interface Registration {
  readonly epoch: number;
  readonly install: InstallId;
  readonly policy: PolicySources;
  readonly grants: GrantsInForce;
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
  /** The public key of what this supervisor says about its sandboxes. */
  readonly attestationKey: string;
  /** Milliseconds of a clock that never goes back, and that goes on while the machine sleeps: `openBootClock()`. */
  readonly now: () => number;
  /** A registration with the policy in force; again after a lease was lost. When it throws there is no lease. */
  readonly onRegistered: (registration: Registration) => void;
  /** The lease ran out: sandboxes must end now. */
  readonly onLost: () => Promise<void>;
  /** How long a lease runs without being renewed. Default: `limits.leaseSeconds`. */
  readonly seconds?: number;
  /** How often it is renewed. Default: `limits.heartbeatSeconds`. */
  readonly heartbeatSeconds?: number;
}

const retryMilliseconds = 250;

/** Registers, then renews again and again; registers anew when the lease was lost. */
export function holdLease(options: LeaseOptions): Lease {
  const { gateway, name, tier, attestationKey, now, onRegistered, onLost } = options;
  const { seconds = limits.leaseSeconds, heartbeatSeconds = limits.heartbeatSeconds } = options;
  const closing = new AbortController();
  const first = Promise.withResolvers<void>();
  let registration: Registration | undefined;
  let validUntil = Number.NEGATIVE_INFINITY;
  let expiry: NodeJS.Timeout | undefined;
  let lastRefusal: string | undefined;

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      timer.unref();
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });

  // Counted from before a call: the gateway's own count starts later, so ours never outlasts it.
  function extend(began: number): void {
    // The clock has steps: within one of them nobody knows whether the other side's time is over.
    validUntil = began + seconds * 1_000 - bootClockMilliseconds;
    clearTimeout(expiry);
    // A call that hangs must not keep the sandboxes of a lease that is over.
    expiry = setTimeout(() => void lose().catch(report), Math.max(0, validUntil - now()));
    expiry.unref();
  }

  async function register(): Promise<void> {
    const began = now();
    const answer = await gateway.registerSupervisor({ name, tier, attestationKey });
    onRegistered(answer);
    registration = answer;
    extend(began);
    first.resolve();
  }

  async function renew(): Promise<void> {
    // A machine that slept: timers did not go off, and a control plane that slept too would renew what ran out.
    if (registration !== undefined && now() >= validUntil) await lose();
    const held = registration;
    if (held === undefined) return register();
    const began = now();
    await gateway.renewLease({ epoch: held.epoch });
    // The answer may come when the lease is lost already.
    if (registration === held) extend(began);
  }

  async function lose(): Promise<void> {
    if (registration === undefined) return;
    registration = undefined;
    validUntil = Number.NEGATIVE_INFINITY;
    clearTimeout(expiry);
    await onLost();
  }

  /** Says once why there is no lease; it is tried again several times a second. */
  function complain(error: unknown): void {
    if (!(error instanceof ClawholdError)) {
      report(error);
      return;
    }
    const { code, message, hint } = error;
    // Away is what starting and ending look like, and the manager tells of it.
    if (closing.signal.aborted || code === 'channel_unreachable' || message === lastRefusal) return;
    lastRefusal = message;
    report(`supervisor: no lease: ${message}${hint === undefined ? '' : ` ${hint}`} (${code})`);
  }

  async function hold(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await renew();
        lastRefusal = undefined;
        await pause(heartbeatSeconds * 1_000);
      } catch (error) {
        complain(error);
        const superseded = error instanceof ClawholdError && error.code === 'state_lease_lost';
        if (superseded || now() >= validUntil) await lose().catch(report);
        await pause(retryMilliseconds);
      }
    }
  }
  void hold();

  return {
    registration: () => registration,
    first: first.promise,
    valid: () => now() < validUntil,
    close() {
      closing.abort();
      clearTimeout(expiry);
    },
  };
}

function report(error: unknown): void {
  console.error(error);
}
