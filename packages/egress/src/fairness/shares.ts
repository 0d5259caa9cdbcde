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
  /** As much again for answers: a request keeps its memory until it is answered, and would wait for itself. */
  answers(sandbox: SandboxId): BodyMemory;
}

export function createShares(limits: EgressLimits): Shares {
  const memory = (): Shares['bodies'] => {
    const queue = createFairQueue({ places: limits.inspectedBytes, each: limits.sandboxInspectedBytes });
    return (sandbox) => ({ take: (bytes) => queue(sandbox, bytes), seconds: limits.inspectedBodySeconds });
  };
  return {
    dials: createFairQueue({ places: limits.dials, each: limits.sandboxDials }),
    // Each sandbox has its own: long ones would otherwise keep those of others out for ever.
    requests: createFairQueue({ places: Number.POSITIVE_INFINITY, each: limits.sandboxRequests }),
    bodies: memory(),
    answers: memory(),
  };
}
