import type { AddressClass } from '../host/address.ts';
import { normaliseHost } from '../host/host.ts';
import { normalisePath } from './path.ts';

export type UrlResult =
  | {
      readonly kind: 'ok';
      readonly scheme: 'http' | 'https';
      readonly host: string;
      readonly address: AddressClass | null;
      readonly port: number;
      readonly path: string;
      /** What follows `?`, without it; the empty string without a query. */
      readonly query: string;
      /** The whole, as it is sent: no default port, no fragment. */
      readonly url: string;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Scheme, authority, path, query; a fragment or user information is refused before. */
const shape = /^(https?):\/\/(\[[^\]]*\]|[^/?#:@]*)(?::(\d{1,5}))?(\/[^?#]*)?(?:\?([^#]*))?$/i;

/**
 * Writes an absolute http or https URL as it is decided and sent. Strict where `new URL` is generous: user information,
 * fragments, backslashes and everything that {@link normaliseHost} and {@link normalisePath} refuse are refused.
 *
 * @param options as those of {@link normalisePath}.
 */
export function normaliseUrl(text: string, options: { readonly encodedSlash?: boolean } = {}): UrlResult {
  const match = shape.exec(text);
  if (match === null) return refused('This is no plain http or https address.');
  const [, rawScheme = '', rawHost = '', rawPort, rawPath = '/', query = ''] = match;
  const scheme = rawScheme.toLowerCase() === 'https' ? 'https' : 'http';
  const host = normaliseHost(rawHost);
  if (host.kind === 'refused') return host;
  const usual = scheme === 'https' ? 443 : 80;
  const port = rawPort === undefined ? usual : Number(rawPort);
  if (port < 1 || port > 65_535) return refused('The port is not one from 1 to 65535.');
  const path = normalisePath(rawPath, options);
  if (path.kind === 'refused') return path;
  if (!/^[\x21-\x7e]*$/.test(query)) return refused('The query holds characters that must be percent-encoded.');
  const authority = host.host.includes(':') ? `[${host.host}]` : host.host;
  const url = `${scheme}://${authority}${port === usual ? '' : `:${port}`}${path.path}${query === '' ? '' : `?${query}`}`;
  return { kind: 'ok', scheme, host: host.host, address: host.address, port, path: path.path, query, url };
}

function refused(reason: string): UrlResult {
  return { kind: 'refused', reason };
}
