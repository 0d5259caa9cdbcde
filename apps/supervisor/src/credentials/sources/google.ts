import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { issuedFrom, readToken } from './token-answer.ts';
import type { Issuer, SourceWorld } from './value-source.ts';

/** What of the JSON key file counts. */
export interface ServiceAccount {
  readonly email: string;
  readonly key: KeyObject;
  readonly keyId: string | undefined;
  readonly tokenUrl: string;
}

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const lifeSeconds = 3_600;

/**
 * Asks for an access token with a signed assertion (RFC 7523, as Google's "service accounts" describe it). Google takes such a
 * token back from nobody.
 */
export function googleIssuer(
  { email, key, keyId, tokenUrl }: ServiceAccount,
  scopes: readonly string[],
  { call, now }: SourceWorld,
): Issuer {
  const issue: Issuer['issue'] = async () => {
    const asked = now();
    const issuedAt = Math.floor(asked / 1_000);
    const head = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
    const claims = { iss: email, scope: scopes.join(' '), aud: tokenUrl, iat: issuedAt, exp: issuedAt + lifeSeconds };
    const text = `${encode(head)}.${encode(claims)}`;
    const assertion = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
    const answer = await call({
      url: new URL(tokenUrl),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: grantType, assertion }).toString(),
    });
    return issuedFrom(readToken(answer), asked);
  };
  return { issue };
}

/** @throws Error when it is no RSA key. */
export function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
  return key;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
