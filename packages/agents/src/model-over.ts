import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';

export interface ModelAccess {
  /** Reaches the model door; sees only paths below `/inference/v1`. */
  readonly fetch: typeof fetch;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A model by its name `provider/model`, over the OpenAI wire. Keys and addresses are the door's business. */
export function modelOver(name: string, { fetch, headers }: ModelAccess): LanguageModel {
  const provider = createOpenAICompatible({
    name: 'clawhold',
    // The host is never resolved: `fetch` knows one door only.
    baseURL: 'http://door/inference/v1',
    headers: { ...headers },
    includeUsage: true,
    fetch,
  });
  return provider.chatModel(name);
}
