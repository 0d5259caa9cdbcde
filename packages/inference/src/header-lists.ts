/**
 * Request headers that a provider may see. A list of what passes, because a header that is forgotten here costs a
 * feature, and one that is forgotten in a list of what is dropped costs a credential.
 */
const forwarded: ReadonlySet<string> = new Set(['accept', 'anthropic-version', 'anthropic-beta', 'openai-beta']);

const answered: ReadonlySet<string> = new Set([
  'content-type',
  'cache-control',
  'request-id',
  'x-request-id',
  'retry-after',
  'retry-after-ms',
  'openai-processing-ms',
  'openai-version',
]);
const answeredPrefixes = ['x-ratelimit-', 'anthropic-ratelimit-'] as const;

/** What of a client's headers goes to a provider. */
export function forwardedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return only(headers, (name) => forwarded.has(name));
}

/** What of a provider's headers goes to a client. Never a length: an answer may be rewritten. */
export function answeredHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return only(headers, (name) => answered.has(name) || answeredPrefixes.some((prefix) => name.startsWith(prefix)));
}

function only(headers: Readonly<Record<string, string>>, passes: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => passes(name.toLowerCase())));
}
