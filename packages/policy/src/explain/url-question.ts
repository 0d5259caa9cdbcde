import type { EgressQuestion } from '@clawhold/spec';
import { normaliseUrl } from '../request/url.ts';
import { ordinaryData } from '../space/request-space.ts';

export type UrlQuestion =
  | { readonly kind: 'ok'; readonly question: EgressQuestion }
  | { readonly kind: 'refused'; readonly reason: string };

/** The question that a program puts when it asks for an address: what stands behind `#` stays with the program. */
export function urlQuestion(
  url: string,
  { method = 'GET', program }: { readonly method?: string; readonly program?: string | undefined } = {},
): UrlQuestion {
  // As in the proxy, the endpoint that is found decides whether an encoded slash may stand in a path.
  const normal = normaliseUrl(url.replace(/#.*$/s, ''), { encodedSlash: true });
  if (normal.kind === 'refused') return normal;
  const { scheme, host, port, path, query } = normal;
  return {
    kind: 'ok',
    question: {
      kind: 'egress',
      caller: { agent: 'agent', ...(program === undefined ? {} : { executable: program }) },
      host,
      port,
      scheme,
      operation: { method: method.toUpperCase(), path, query, parameters: [] },
      data: ordinaryData,
    },
  };
}
