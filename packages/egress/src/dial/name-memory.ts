import type { SandboxId } from '@clawhold/spec';
import type { Soon } from '../wire/soon.ts';
import type { Resolver } from './resolver.ts';

/**
 * An answer holds for so long. `getaddrinfo` does not say how long it does; programs that talk to a host ask many times in
 * a few seconds, and a change of address is an affair of minutes.
 */
const milliseconds = 10_000;
/** Names that are remembered at most, of all sandboxes together; beyond it the oldest is forgotten. */
const maximumNames = 4_096;

/** More addresses than any honest name has: whoever answers with thousands wants memory, and time for each request. */
export const maximumAddresses = 256;

interface Remembered {
  readonly addresses: readonly string[];
  readonly until: number;
}

/** Finds all addresses of a name, at once where they are known. Rejects when there are none. */
export type Names = (host: string, sandbox: SandboxId) => Soon<readonly string[]>;

/**
 * Remembers what a resolver answered, for each sandbox by itself: no sandbox learns from the time that an answer takes
 * what another one talks to. Requests that come together wait for one lookup, and failures are not remembered.
 *
 * @param now milliseconds of a clock that does not go back.
 */
export function rememberNames(resolve: Resolver, now: () => number = () => performance.now()): Names {
  // All hold equally long, so the first ones are the oldest.
  const remembered = new Map<string, Remembered>();
  const underWay = new Map<string, Promise<readonly string[]>>();

  function dropOld(): void {
    for (const [key, { until }] of remembered) {
      if (until > now() && remembered.size < maximumNames) return;
      remembered.delete(key);
    }
  }

  async function lookUp(key: string, host: string, sandbox: SandboxId): Promise<readonly string[]> {
    try {
      const addresses = await resolve(host, sandbox);
      dropOld();
      remembered.delete(key);
      if (addresses.length > 0 && addresses.length <= maximumAddresses)
        remembered.set(key, { addresses, until: now() + milliseconds });
      return addresses;
    } finally {
      underWay.delete(key);
    }
  }

  return (host, sandbox) => {
    const key = `${sandbox} ${host}`;
    const known = remembered.get(key);
    if (known !== undefined && known.until > now()) return known.addresses;
    const looking = underWay.get(key) ?? lookUp(key, host, sandbox);
    underWay.set(key, looking);
    return looking;
  };
}
