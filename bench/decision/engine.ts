import type { Request } from '../workloads/decision.ts';

/** One policy engine with the rules of a workload loaded. */
export interface Engine {
  readonly name: string;
  /** So slow that fewer samples must do. */
  readonly slow: boolean;
  /** Prepares a request outside the measurement: turning it into the engine's own question is not deciding. */
  prepare(request: Request): () => boolean;
}
