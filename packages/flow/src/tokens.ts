/**
 * Cuts texts into what a value is compared with. A value is vouched for by a text only when it stands in it as a whole
 * token: `evil.com` is not in `notevil.com` nor in `sub.evil.com`, and an account number is not in a longer one.
 */

/** Longer tokens are not kept; a value of that length is then in no text, which is the careful answer. */
const maximumTokenLength = 256;
/** Shorter values carry no information and are never vouched for. */
const minimumTokenLength = 3;

/** What separates tokens in prose, JSON, CSV, URLs and shell words. Hosts, addresses, numbers and e-mails stay whole. */
const separators = /[\s,;|"'`()<>[\]{}=&?!*\\/:]+/u;
const chunks = /[^\s,;|"'`()<>[\]{}]+/gu;
const trailing = /^[.:!?]+|[.:!?]+$/gu;

/** Every key under which something in the text can be found. */
export function keysOf(text: string): Set<string> {
  const keys = new Set<string>();
  for (const [chunk] of text.matchAll(chunks)) {
    addToken(keys, chunk);
    if (separators.test(chunk)) for (const part of chunk.split(separators)) addToken(keys, part);
    const host = hostOfUrl(chunk);
    if (host !== undefined) keys.add(`host ${host}`);
  }
  for (const account of accountsIn(text)) keys.add(`account ${account}`);
  return keys;
}

function addToken(keys: Set<string>, chunk: string): void {
  for (const token of [chunk, chunk.replace(trailing, '')]) {
    if (token.length < minimumTokenLength || token.length > maximumTokenLength) continue;
    keys.add(`token ${token}`);
    if (isHost(token)) keys.add(`host ${token.toLowerCase()}`);
    const account = compactAccount(token);
    if (account !== undefined) keys.add(`account ${account}`);
  }
}

/** The keys of which any one vouches for this value; none for a value that no text can vouch for. */
export function keysOfValue(value: string): readonly string[] {
  const trimmed = value.trim();
  if (trimmed.length < minimumTokenLength || trimmed.length > maximumTokenLength) return [];
  if (/^[a-z][a-z0-9+.-]*:/iu.test(trimmed)) {
    const host = hostOfUrl(trimmed);
    if (host !== undefined) return [`host ${host}`];
    if (trimmed.includes('//')) return [];
  }
  const account = compactAccount(trimmed);
  if (account !== undefined) return [`account ${account}`];
  if (isHost(trimmed)) return [`host ${trimmed.toLowerCase()}`];
  return /\s/u.test(trimmed) ? [] : [`token ${trimmed}`];
}

/**
 * The host of an absolute URL, read strictly: with user information, a backslash or a percent sign in the authority
 * there is no host that every program would read.
 */
function hostOfUrl(text: string): string | undefined {
  const match = /^(?:https?|wss?|ftp):\/\/([a-z0-9._-]+)(?::\d{1,5})?(?=[/?#]|$)/iu.exec(text);
  const host = match?.[1]?.toLowerCase().replace(/\.$/u, '');
  return host === undefined || host === '' ? undefined : host;
}

function isHost(token: string): boolean {
  return /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*$/iu.test(token);
}

const account = /^(?:[A-Z]{2}\d{2}[A-Z0-9]{8,30}|\d{6,34})$/u;

/** An account or card number without its spaces and hyphens, in capitals; undefined for anything else. */
function compactAccount(value: string): string | undefined {
  if (!/^[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*$/u.test(value)) return undefined;
  const compact = value.replaceAll(/[ -]/gu, '').toUpperCase();
  return account.test(compact) ? compact : undefined;
}

/**
 * Account numbers written in groups. An IBAN ends where its check digits are right (ISO 7064, mod 97), so that the words
 * after it do not join it; a plain number is the whole run of its groups, never a part of it.
 */
function accountsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (const [run] of text.matchAll(/(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -][A-Za-z0-9]{1,4}){2,9}(?![A-Za-z0-9])/gu)) {
    const groups = run.split(/[ -]/u);
    for (let length = groups.length; length > 2; length--) {
      const candidate = groups.slice(0, length).join('').toUpperCase();
      if (isIban(candidate)) found.push(candidate);
    }
  }
  for (const [run] of text.matchAll(/(?<![A-Za-z0-9]|\d[ -])\d{2,6}(?:[ -]\d{2,6})+(?![A-Za-z0-9]|[ -]\d)/gu)) {
    const compact = run.replaceAll(/[ -]/gu, '');
    if (account.test(compact)) found.push(compact);
  }
  return found;
}

export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/u.test(text)) return false;
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
