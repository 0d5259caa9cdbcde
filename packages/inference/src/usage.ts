/** What a request cost. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Characters of a token, roughly, in English text and JSON; used when a provider does not count. */
const charactersPerToken = 4;

/** An estimate for text whose provider did not count. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}
