import type { CredentialSource } from '@clawhold/spec';
import { issuedFrom, readToken, type Token } from './token-answer.ts';
import type { Issuer, SourceWorld, TokenRequest } from './value-source.ts';

type OAuthSource = Extract<CredentialSource, { kind: 'oauth2_client_credentials' | 'oauth2_refresh_token' }>;

/** What a client has to show. */
export interface OAuthSecret {
  readonly clientSecret: string | undefined;
  readonly refreshToken: string | undefined;
}

/**
 * Asks for an access token (RFC 6749, 4.4 and 6), and ends tokens where the provider has an endpoint for that (RFC 7009). A
 * provider may end a whole grant with one of its access tokens (RFC 7009, 2.1), so only tokens of a client, which has no
 * grant, are asked for and ended run by run.
 *
 * @param keep told of a new refresh token, which takes the place of the old one; awaited before the access token is used,
 *   because the old one may be good for nothing by then.
 */
export function oauthIssuer(
  source: OAuthSource,
  secret: OAuthSecret,
  { call, now }: SourceWorld,
  keep: (refreshToken: string) => Promise<void>,
): Issuer {
  let { refreshToken } = secret;
  const issue: Issuer['issue'] = async () => {
    const asked = now();
    const form = new URLSearchParams(
      refreshToken === undefined
        ? { grant_type: 'client_credentials' }
        : { grant_type: 'refresh_token', refresh_token: refreshToken },
    );
    if (source.scopes.length > 0) form.set('scope', source.scopes.join(' '));
    const token: Token = readToken(await call(requestOf(source.token_url, form, source, secret.clientSecret)));
    if (refreshToken !== undefined && token.refresh_token !== undefined && token.refresh_token !== refreshToken) {
      refreshToken = token.refresh_token;
      await keep(refreshToken);
    }
    return issuedFrom(token, asked);
  };
  const { revocation_url: url } = source;
  if (url === undefined) return { issue };
  const revoke = async (token: string, hint = 'access_token'): Promise<void> => {
    const form = new URLSearchParams({ token, token_type_hint: hint });
    const { status } = await call(requestOf(url, form, source, secret.clientSecret));
    if (status !== 200) throw new Error(`the revocation endpoint answered ${status}`);
  };
  if (secret.refreshToken === undefined) return { issue, revoke: (token) => revoke(token), isForOneRun: true };
  return { issue, revoke: (token) => revoke(token), revokeGrant: () => revoke(refreshToken ?? '', 'refresh_token') };
}

/** A request of the client, which proves itself as its provider wants it. */
function requestOf(
  url: string,
  form: URLSearchParams,
  { client_id: client, client_authentication: how }: OAuthSource,
  clientSecret: string | undefined,
): TokenRequest {
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
