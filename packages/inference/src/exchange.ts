import type { Caller } from '@clawhold/spec';

/** One HTTP request for a model, wherever it came from: a sandbox through the proxy, or the worker through its channel. */
export interface InferenceRequest {
  readonly method: string;
  /** Path with its query; begins with `/v1/`. */
  readonly path: string;
  /** Lower-case names. Credentials among them are never forwarded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly caller: ModelCaller;
  /** Aborted when the client went away: the request to the provider ends too. */
  readonly signal?: AbortSignal;
}

/** On whose behalf model traffic goes, and what the firewall does with proposals that may not simply run. */
export interface ModelCaller extends Caller {
  /**
   * A proposed call that needs a person: `pass` it to a loop that asks the supervisor again before it runs (the
   * built-in worker), `wait` for the person and pass it after a yes (a third-party agent, which has no such path), or
   * `refuse` it. Default: `refuse`.
   */
  readonly askMeans?: ProposalTreatment | 'wait';
  /**
   * A proposed call that is denied. `pass` only for a loop whose every call is decided again before it runs and that
   * gets the refusal as the result of its call. Default: `refuse`.
   */
  readonly denyMeans?: ProposalTreatment;
}

export type ProposalTreatment = 'pass' | 'refuse';

export interface InferenceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Iterated once; ending the iteration early ends the request to the provider. */
  readonly body: AsyncIterable<Uint8Array>;
}
