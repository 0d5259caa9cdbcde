/** A container that somebody else made, which comes to the place of a sandbox when it is called by its name. */
export interface Visitor {
  readonly name: string;
  /** Settles with a sentence when the container ended by itself. Never rejects. */
  readonly gone: Promise<string>;
  /** Gives it back. Never rejects: what cannot be given back now is found when the next driver begins. */
  release(): Promise<void>;
}

/** Where a driver whose engine is not started by the launcher has its containers from. */
export interface Visitors {
  /** @throws ClawholdError `sandbox_engine_failed` with what the engine answered. */
  take(sandbox: string): Promise<Visitor>;
}
