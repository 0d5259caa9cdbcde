import { ClawholdError, type Model } from '@clawhold/spec';
import { readText } from '../body.ts';
import { readJson } from '../json-text.ts';
import { countOf, listOf, objectOf, textOf } from '../json-value.ts';
import type { WireName } from '../wire/wire.ts';
import { credentialHeaders, withoutSecret } from './credential.ts';
import { type HttpTarget, sendHttp } from './http-client.ts';
import type { ModelProvider, ProviderAnswer, ProviderModel, ProviderRequest } from './provider.ts';

/** How a model server is reached. */
export interface HttpProviderSettings extends HttpTarget {
  readonly name: string;
  readonly found: Model['found'];
  readonly locality: Model['locality'];
  readonly wires: readonly WireName[];
  /** Null for servers that want none. */
  readonly key: string | null;
  /** Which kind of service: it decides in which header the key goes. */
  readonly kind: 'openai' | 'anthropic';
  /** Models on offer; null asks the server. */
  readonly models: readonly ProviderModel[] | null;
  /** Window of a model of which nothing is known. */
  readonly contextTokens: number;
  /** Chooses and orders what the server lists. */
  readonly prefer?: (models: readonly ListedModel[]) => readonly ListedModel[];
}

/** One entry of a server's list. */
export interface ListedModel extends ProviderModel {
  /** Seconds since 1970; zero when the server does not say. */
  readonly created: number;
}

/** Milliseconds in which a server answers `GET /models`; a slower one is offered without its models. */
const listMilliseconds = 1_500;
/** A list longer than this is no list of models. */
const listBytes = 4 * 1024 ** 2;

/** A provider behind HTTP. Its key is in this closure and in the one header that carries it, nowhere else. */
export function httpProvider(settings: HttpProviderSettings): ModelProvider {
  const { name, found, locality, wires } = settings;
  return Object.freeze({
    name,
    found,
    locality,
    wires,
    scripted: false,
    models: () => (settings.models === null ? listModels(settings) : Promise.resolve(settings.models)),
    send: (request) => send(settings, request),
  } satisfies ModelProvider);
}

async function send(settings: HttpProviderSettings, request: ProviderRequest): Promise<ProviderAnswer> {
  const { wire, body, headers, signal } = request;
  const answer = await sendHttp(settings, {
    method: 'POST',
    path: wire.path,
    headers: { ...headers, ...credentialHeaders(settings, wire.name), 'content-type': 'application/json' },
    body,
    signal,
  });
  return withoutSecret(answer, settings.key);
}

/** Asks the server what it has. Whatever goes wrong, it has nothing: the next look may find more. */
export async function listModels(
  settings: HttpProviderSettings,
  milliseconds: number = listMilliseconds,
): Promise<readonly ProviderModel[]> {
  const listed = await askForModels(settings, milliseconds);
  return settings.prefer?.(listed) ?? listed;
}

async function askForModels(settings: HttpProviderSettings, milliseconds: number): Promise<readonly ListedModel[]> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  try {
    const answer = await sendHttp(settings, {
      method: 'GET',
      path: '/models',
      headers: credentialHeaders(settings, settings.kind === 'anthropic' ? 'anthropic-messages' : 'openai-chat'),
      signal: stop.signal,
    });
    if (answer.status !== 200) return [];
    const json = readJson(await readText(answer.body, listBytes));
    if (json.kind === 'unreadable') return [];
    return listOf(objectOf(json.value)['data']).flatMap((entry) => readModel(entry, settings));
  } catch (error) {
    if (error instanceof ClawholdError || stop.signal.aborted) return [];
    throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

/** vLLM says `max_model_len`, LM Studio `max_context_length`, llama.cpp `meta.n_ctx_train`. */
function readModel(value: unknown, { contextTokens }: HttpProviderSettings): readonly ListedModel[] {
  const entry = objectOf(value);
  const name = textOf(entry['id']);
  if (name === '' || name.length > 256) return [];
  const window = entry['max_model_len'] ?? entry['max_context_length'] ?? objectOf(entry['meta'])['n_ctx_train'];
  return [{ name, created: countOf(entry['created']) ?? 0, contextTokens: countOf(window) ?? contextTokens }];
}
