import type { ProviderFeature } from '@clawhold/spec';
import { isObject, type JsonObject, textOf } from '../json-value.ts';
import type { FoundFeature } from './wire.ts';

/** Collects what a request would make a provider do while a wire's reader walks through it. */
export class Findings {
  readonly features: FoundFeature[] = [];
  readonly unknown: string[] = [];

  feature(feature: ProviderFeature, where: string): void {
    this.features.push({ feature, where });
  }

  unreadable(where: string): void {
    this.unknown.push(where);
  }

  /** A link that the provider would open; `data:` carries its content itself and asks nobody. */
  link(value: unknown, where: string): void {
    if (typeof value !== 'string' || !/^data:/i.test(value)) this.feature('remote_url', where);
  }

  /**
   * The outermost keys by which a provider acts by itself or keeps state. A key that differs from a known one only in
   * its case is refused: servers written in Go match keys without regard to case, readers like this one do not.
   */
  outermostKeys(request: JsonObject, known: readonly string[]): void {
    if (searchingModel.test(textOf(request['model']))) this.feature('hosted_tool', 'model');
    const names = new Set([...known, ...Object.keys(actingKeys)]);
    const folded = new Map([...names].map((name) => [fold(name), name]));
    for (const [key, value] of Object.entries(request)) {
      const meant = folded.get(fold(key));
      if (meant !== undefined && meant !== key) this.unreadable(`${key} (meaning ${meant}?)`);
      const feature = actingKeys[key];
      if (feature !== undefined && isSet(value)) this.feature(feature, key);
    }
  }
}

/** Models that search the web by their name alone: OpenAI's `-search-preview`, OpenRouter's suffix `:online`. */
const searchingModel = /-search-(preview|api)|:online$/;

function fold(key: string): string {
  return key.toLowerCase().replaceAll(/[_-]/g, '').replaceAll('ſ', 's').replaceAll('\u212a', 'k');
}

function isSet(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

/**
 * Outermost keys, of any wire, that make a provider act by itself or hold state. From the references of OpenAI
 * (chat, responses), Anthropic (messages and its beta headers), Azure OpenAI (`data_sources`), OpenRouter (`plugins`),
 * xAI (`search_parameters`), Alibaba (`enable_search`) and Google's compatible endpoint (`cached_content`).
 */
const actingKeys: Readonly<Record<string, ProviderFeature>> = {
  web_search_options: 'hosted_tool',
  plugins: 'hosted_tool',
  search_parameters: 'hosted_tool',
  enable_search: 'hosted_tool',
  data_sources: 'hosted_tool',
  mcp_servers: 'hosted_tool',
  container: 'hosted_tool',
  previous_response_id: 'server_state',
  conversation: 'server_state',
  background: 'server_state',
  store: 'server_state',
  prompt: 'server_state',
  assistant_id: 'server_state',
  thread_id: 'server_state',
  cached_content: 'server_state',
};
