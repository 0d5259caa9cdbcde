import type { Identity } from './hooks.ts';

/** The name under which a sandbox finds its models. It is never resolved and never dialled. */
export const inferenceHost = 'inference.local';

/** A request to a model, parsed, its body streaming. Iterating the body throws when the client broke it off. */
export interface InferenceRequest {
  readonly method: string;
  /** Normalised path; the query, when there is one, follows after `?`. */
  readonly path: string;
  /** Lower-case names; framing and hop-by-hop fields are gone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Aborted when the client went away. */
  readonly signal: AbortSignal;
}

export interface InferenceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The model door (`packages/inference`), called with the identity that the listener proves. */
export type InferenceHandler = (request: InferenceRequest, identity: Identity) => Promise<InferenceResponse>;
