import { ClawholdError } from '@clawhold/spec';
import type { InferenceOptions } from '../options.ts';
import { dialLoopback, isLoopback } from './dial.ts';
import { httpProvider, type ListedModel } from './http-provider.ts';
import type { ModelProvider } from './provider.ts';

/** Windows of the smallest current models of each service. */
const openAiContextTokens = 128_000;
const anthropicContextTokens = 200_000;

/** Variables that are read, and nothing else of an environment. */
export const environmentVariables = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_MODEL',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_MODEL',
] as const;

/**
 * Providers whose keys the person's environment holds. `OPENAI_MODEL` and `ANTHROPIC_MODEL` choose the preferred model.
 *
 * @throws ClawholdError `input_configuration` when OPENAI_BASE_URL is no URL.
 */
export function environmentProviders({ providerKeys, dial }: InferenceOptions): readonly ModelProvider[] {
  const providers: ModelProvider[] = [];
  const openAiKey = providerKeys['OPENAI_API_KEY'];
  const address = providerKeys['OPENAI_BASE_URL'];
  if (openAiKey !== undefined || address !== undefined) {
    const baseUrl = readBaseUrl(address ?? 'https://api.openai.com/v1', 'OPENAI_BASE_URL');
    const onThisMachine = isLoopback(baseUrl.hostname);
    providers.push(
      httpProvider({
        name: 'openai',
        found: 'environment',
        locality: onThisMachine ? 'local' : 'remote',
        baseUrl,
        dial: onThisMachine ? dialLoopback : dial,
        kind: 'openai',
        key: openAiKey ?? null,
        wires: ['openai-chat', 'openai-responses'],
        models: null,
        contextTokens: openAiContextTokens,
        prefer: (models) =>
          chosenFirst(
            providerKeys['OPENAI_MODEL'],
            address === undefined ? chatModels(models) : models,
            openAiContextTokens,
          ),
      }),
    );
  }
  const anthropicKey = providerKeys['ANTHROPIC_API_KEY'];
  if (anthropicKey !== undefined)
    providers.push(
      httpProvider({
        name: 'anthropic',
        found: 'environment',
        locality: 'remote',
        baseUrl: new URL('https://api.anthropic.com/v1'),
        dial,
        kind: 'anthropic',
        key: anthropicKey,
        // Anthropic offers OpenAI's chat wire too, for the built-in loop.
        wires: ['anthropic-messages', 'openai-chat'],
        models: null,
        contextTokens: anthropicContextTokens,
        prefer: (models) => chosenFirst(providerKeys['ANTHROPIC_MODEL'], middleFirst(models), anthropicContextTokens),
      }),
    );
  return providers;
}

/** @throws ClawholdError `input_configuration`; the value itself is not repeated, it may hold a password. */
export function readBaseUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const good =
    url !== undefined &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (good) return url;
  throw new ClawholdError('input_configuration', `${where} is not a plain http or https URL.`, {
    hint: 'Write it as https://host/v1, without user, query or fragment; keys go into variables of their own.',
  });
}

/** OpenAI lists everything it has; newest first, and only what chats and calls tools at the usual price. */
function chatModels(models: readonly ListedModel[]): readonly ListedModel[] {
  return models
    .filter(({ name }) => /^gpt-\d/.test(name))
    .filter(({ name }) => !/audio|realtime|image|transcribe|tts|search|instruct|-pro|codex|deep-research/.test(name))
    .toSorted((left, right) => right.created - left.created);
}

/** Anthropic lists newest first; the middle one of its three sizes is the one for agents. */
function middleFirst(models: readonly ListedModel[]): readonly ListedModel[] {
  return models.toSorted((left, right) => Number(right.name.includes('sonnet')) - Number(left.name.includes('sonnet')));
}

function chosenFirst(
  chosen: string | undefined,
  models: readonly ListedModel[],
  contextTokens: number,
): readonly ListedModel[] {
  if (chosen === undefined || chosen === '') return models;
  const first = models.find(({ name }) => name === chosen) ?? { name: chosen, created: 0, contextTokens };
  return [first, ...models.filter(({ name }) => name !== chosen)];
}
