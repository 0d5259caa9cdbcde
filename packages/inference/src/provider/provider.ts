import type { Model } from '@clawhold/spec';
import type { Wire, WireName } from '../wire/wire.ts';

/** A model server, or something that answers like one. */
export interface ModelProvider {
  /** The first part of a model's name, for example `ollama`. */
  readonly name: string;
  readonly locality: Model['locality'];
  readonly found: Model['found'];
  readonly scripted: boolean;
  readonly wires: readonly WireName[];
  /** Models that it offers, the preferred one first. Never rejects: a server that is away offers what is known of it. */
  models(): Promise<readonly ProviderModel[]>;
  /** Sends one request. Rejects with a ClawholdError `model_*` in which no key and no header occurs. */
  send(request: ProviderRequest): Promise<ProviderAnswer>;
}

export interface ProviderModel {
  /** Without the provider. */
  readonly name: string;
  readonly contextTokens: number;
}

export interface ProviderRequest {
  readonly wire: Wire;
  /** The JSON text to send, with the provider's own name of the model in it. */
  readonly body: string;
  /** Lower-case; only those that a provider may see. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}
