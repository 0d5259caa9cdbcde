import { type Sighting, sightingsIn } from './sighting.ts';

/** The two halves of HTTP Basic authentication (RFC 7617). */
export interface BasicPair {
  readonly user: string;
  readonly password: string;
}

export function readBasic(value: string): BasicPair | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function basicSightings({ user, password }: BasicPair): readonly Sighting[] {
  return [...sightingsIn(user, 'basic:user'), ...sightingsIn(password, 'basic:password')];
}

/** @returns undefined when the pair cannot be written: a user with a colon would end there (RFC 7617, 2). */
export function fillBasic({ user, password }: BasicPair, texts: ReadonlyMap<string, string>): string | undefined {
  const filledUser = texts.get(user) ?? user;
  if (filledUser.includes(':')) return undefined;
  return `Basic ${Buffer.from(`${filledUser}:${texts.get(password) ?? password}`).toString('base64')}`;
}
