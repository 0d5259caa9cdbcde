/** Where a secret of a known service may go, and where in a request it stands. */
export interface SecretUse {
  readonly host: string;
  readonly port: number;
  readonly place: string;
}

const bearer = 'header:authorization';
const https = 443;
const at = (host: string, place: string = bearer): SecretUse => ({ host, port: https, place });

/** The services whose keys are found most, by a word that stands in the name of a provider, a channel or a variable. */
const services: readonly (readonly [word: string, use: SecretUse])[] = [
  ['openrouter', at('openrouter.ai')],
  ['anthropic', at('api.anthropic.com', 'header:x-api-key')],
  ['openai', at('api.openai.com')],
  ['gemini', at('generativelanguage.googleapis.com', 'header:x-goog-api-key')],
  ['google', at('generativelanguage.googleapis.com', 'header:x-goog-api-key')],
  ['groq', at('api.groq.com')],
  ['mistral', at('api.mistral.ai')],
  ['deepseek', at('api.deepseek.com')],
  ['xai', at('api.x.ai')],
  ['github', at('api.github.com')],
  ['gh', at('api.github.com')],
  ['telegram', at('api.telegram.org', 'path')],
  ['discord', at('discord.com')],
  ['slack', at('slack.com')],
  ['brave', at('api.search.brave.com', 'header:x-subscription-token')],
  ['elevenlabs', at('api.elevenlabs.io', 'header:xi-api-key')],
  ['notion', at('api.notion.com')],
];

/** Bound to no host that there is (RFC 2606): stored, and of no use until a person says where it may go. */
export const nowhere: SecretUse = at('nowhere.invalid');

/**
 * Where a secret may go.
 *
 * @param names of its provider, channel or variable, the most telling first.
 * @param address of its server, when the configuration says it.
 */
export function useOf(names: readonly string[], address?: string): SecretUse {
  const words = names.flatMap((name) => name.toLowerCase().split(/[^a-z0-9]+/));
  const known = services.find(([word]) => words.includes(word))?.[1];
  const own = address === undefined ? undefined : readAddress(address);
  if (own === undefined) return known ?? nowhere;
  return { ...own, place: known?.place ?? bearer };
}

/** A name on the internet; an address of a machine or a bare name is nothing that a key should be bound to unasked. */
function readAddress(address: string): Pick<SecretUse, 'host' | 'port'> | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' || !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(url.hostname)) return undefined;
  return { host: url.hostname, port: url.port === '' ? https : Number(url.port) };
}
