import type { ClawholdError, ProviderFeature } from '@clawhold/spec';
import type { Conversation } from '../conversation.ts';
import type { ServerSentEvent } from '../event-stream.ts';
import type { CallGate } from '../firewall/gate.ts';
import type { JsonObject } from '../json-value.ts';
import type { TokenUsage } from '../usage.ts';

/** The wires that this door speaks. */
export const wireNames = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const;
export type WireName = (typeof wireNames)[number];

/** What a request would make a provider do, found by its structure. */
export interface Inspection {
  readonly stream: boolean;
  /** What the provider would do by itself. Anything with an unknown type counts. */
  readonly features: readonly FoundFeature[];
  /** Parts that no reader of ours knows. A request with one is refused: what is not understood cannot be decided. */
  readonly unknown: readonly string[];
  readonly conversation: Conversation;
  /** The most tokens that the answer may have, when the request says so. */
  readonly answerTokens: number | undefined;
  /** Outermost keys that must be written into the request before it leaves. */
  readonly required: JsonObject;
}

export interface FoundFeature {
  readonly feature: ProviderFeature;
  /** Where it stands, for example `tools[2].type web_search`. */
  readonly where: string;
}

/** Reads one streamed answer and lets out what may reach the client. One instance for each answer. */
export interface StreamGuard {
  /** Takes the next event and gives those that go on now; a proposed call stays here until it was decided. */
  take(event: ServerSentEvent): Promise<readonly ServerSentEvent[]>;
  /** The provider's stream ended. */
  end(): Promise<readonly ServerSentEvent[]>;
  usage(): TokenUsage | undefined;
}

/** Everything that differs from one model wire to the next. */
export interface Wire {
  readonly name: WireName;
  /** Below the base URL, for example `/chat/completions`. */
  readonly path: string;
  inspect(request: JsonObject): Inspection;
  guard(gate: CallGate, options: GuardOptions): StreamGuard;
  /** The same for an answer that is not streamed; gives the very same object when nothing had to change. */
  answer(answer: JsonObject, gate: CallGate, options: GuardOptions): Promise<JsonObject>;
  usage(answer: JsonObject): TokenUsage | undefined;
  /** An error in the shape that clients of this wire read. */
  error(error: ClawholdError, details?: JsonObject): JsonObject;
  /** The same in the middle of a stream. */
  errorEvent(error: ClawholdError): ServerSentEvent;
}

export interface GuardOptions {
  /** Whether policy lets the provider run tools by itself; else an answer that holds such a run is malformed. */
  readonly hostedTools: boolean;
}
