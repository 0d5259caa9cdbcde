import type { CredentialSource } from '@clawhold/spec';
import { issuedFrom, readToken, type Token } from './token-answer.ts';
import type { Issued, SourceWorld, TokenRequest } from './value-source.ts';

type OAuthSource = Extract<CredentialSource, { kind: 'oauth2_client_credentials' | 'oauth2_refresh_token' }>;

/** What a client has to show. */
export interface OAuthSecret {
  readonly clientSecret: string | undefined;
  readonly refreshToken: string | undefined;
}

/**
 * Asks for an access token (RFC 6749, 4.4 and 6).
 *
 * @param keep told of a new refresh token, which takes the place of the old one; awaited before the access token is used,
 *   because the old one may be good for nothing by then.
 */
export function oauthIssuer(
  source: OAuthSource,
  secret: OAuthSecret,
  { call, now }: SourceWorld,
  keep: (refreshToken: string) => Promise<void>,
): () => Promise<Issued> {
  let { refreshToken } = secret;
  return async () => {
    const asked = now();
    const token: Token = readToken(await call(tokenRequest(source, secret.clientSecret, refreshToken)));
    if (refreshToken !== undefined && token.refresh_token !== undefined && token.refresh_token !== refreshToken) {
      refreshToken = token.refresh_token;
      await keep(refreshToken);
    }
    return issuedFrom(token, asked);
  };
}

function tokenRequest(
  { token_url: url, client_id: client, scopes, client_authentication: how }: OAuthSource,
  clientSecret: string | undefined,
  refreshToken: string | undefined,
): TokenRequest {
  const form = new URLSearchParams(
    refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken },
  );
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (how === 'basic' && clientSecret !== undefined)
    headers['authorization'] =
      `Basic ${Buffer.from(`${formEncode(client)}:${formEncode(clientSecret)}`).toString('base64')}`;
  else {
    form.set('client_id', client);
    if (clientSecret !== undefined) form.set('client_secret', clientSecret);
  }
  return { url: new URL(url), headers, body: form.toString() };
}

/** RFC 6749, 2.3.1: both halves are encoded as in a form before they are joined. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
