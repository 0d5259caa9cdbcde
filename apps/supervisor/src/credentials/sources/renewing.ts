import type { CredentialValue, Fault } from '@clawhold/egress';
import type { Issued } from './value-source.ts';

/** A value is renewed this long before it ends, in milliseconds, or at nine tenths of its life if that is later. */
const marginMilliseconds = 300_000;
/** After a failure nobody is asked again for this long, in milliseconds. */
const pauseMilliseconds = 5_000;

/** A value that ends, kept and renewed. */
export interface Renewing {
  current(): Promise<CredentialValue | Fault>;
  /** Settles when nobody is being asked for a value. */
  idle(): Promise<void>;
}

/**
 * Keeps a value that ends, and asks for the next one before it does: once, however many requests wait for it. While a value
 * is still good, a failure to renew it is nobody's.
 *
 * @param issue rejects when there is no new value; why is for the log, never for the sandbox.
 */
export function renewing(name: string, now: () => number, issue: () => Promise<Issued>): Renewing {
  let held: (Issued & { readonly renewAt: number }) | undefined;
  let asking: Promise<void> | undefined;
  let pausedUntil = 0;

  async function ask(): Promise<void> {
    const since = now();
    try {
      const issued = await issue();
      const life = issued.expires - since;
      held = { ...issued, renewAt: issued.expires - Math.min(marginMilliseconds, life / 10) };
    } catch (error) {
      pausedUntil = now() + pauseMilliseconds;
      console.error(`No new value for the credential ${name}:`, String(error));
    }
  }

  return {
    async current() {
      if (held !== undefined && now() < held.renewAt) return held.value;
      if (asking === undefined && now() >= pausedUntil)
        asking = ask().finally(() => {
          asking = undefined;
        });
      await asking;
      return held !== undefined && now() < held.expires ? held.value : unavailable(name);
    },
    idle: async () => asking,
  };
}

function unavailable(name: string): Fault {
  const text = `The credential ${name} has no value at the moment: whoever gives it out did not.`;
  return { kind: 'fault', status: 502, code: 'credential_unavailable', text };
}
