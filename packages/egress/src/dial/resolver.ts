import { lookup } from 'node:dns/promises';
import type { SandboxId } from '@clawhold/spec';
import { createFairQueue } from '../fairness/fair-queue.ts';

/** Finds all addresses of a normalised name, on behalf of a sandbox. Rejects when there are none. */
export type Resolver = (host: string, sandbox: SandboxId) => Promise<readonly string[]>;

/**
 * `dns.lookup` runs on libuv's thread pool (four threads), beside every file operation of this process. Two lookups at a
 * time and one of each sandbox: an agent that asks for slow names of its own domain slows down itself.
 */
const lookupsAtATime = 2;

/** The system's resolver (`getaddrinfo`: hosts file, DNS, what the machine is set up for). */
export function systemResolver(): Resolver {
  const enter = createFairQueue({ places: lookupsAtATime, each: 1 });
  return async (host, sandbox) => {
    const leave = await enter(sandbox);
    try {
      const found = await lookup(host, { all: true, order: 'ipv4first' });
      return found.map(({ address }) => address);
    } finally {
      leave();
    }
  };
}
