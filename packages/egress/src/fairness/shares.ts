import type { SandboxId } from '@clawhold/spec';
import type { EgressLimits } from '../limits.ts';
import type { BodyMemory } from '../proxy/request-body.ts';
import { createFairQueue, type FairQueue } from './fair-queue.ts';

/** What the sandboxes of one proxy share, each up to its part and in turns. */
export interface Shares {
  /** Connections that are being opened. */
  readonly dials: FairQueue;
  /** Requests under way in HTTP/2: a connection is no bound for them. */
  readonly requests: FairQueue;
  bodies(sandbox: SandboxId): BodyMemory;
}

export function createShares(limits: EgressLimits): Shares {
  const bodies = createFairQueue({ places: limits.inspectedBytes, each: limits.sandboxInspectedBytes });
  return {
    dials: createFairQueue({ places: limits.dials, each: limits.sandboxDials }),
    // Each sandbox has its own: long ones would otherwise keep those of others out for ever.
    requests: createFairQueue({ places: Number.POSITIVE_INFINITY, each: limits.sandboxRequests }),
    bodies: (sandbox) => ({ take: (bytes) => bodies(sandbox, bytes), seconds: limits.inspectedBodySeconds }),
  };
}
