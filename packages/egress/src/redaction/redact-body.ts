import { Buffer, isUtf8 } from 'node:buffer';
import { type Found, findShapes, type Shape } from '@clawhold/detect';
import type { MiddlewareContent } from '@clawhold/spec';
import { isCompressed } from '../answers/compressed.ts';
import { findPlaceholders } from '../credentials/placeholder.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { fieldValue } from '../wire/field.ts';

/** Bodies in which other text can stand in the place of some; in any other a length could say something else then. */
const textTypes =
  /^(?:text\/|application\/(?:(?:[\w.-]+\+)?json|x-www-form-urlencoded|(?:[\w.-]+\+)?xml|graphql|x-ndjson)\b)/i;
const skKey = /\bsk-[A-Za-z0-9_-]{16,}/g;
/** What may go on behind the part of a credential that its form is known by. */
const further = '[A-Za-z0-9_.-]*';

/**
 * Takes out of a body what the policy wants no server to get (`network_middlewares`), and tells of it. What cannot be taken out
 * is refused. It comes before every decision, so what is decided is what is sent; placeholders stay.
 */
export function redactBody(
  { hooks }: Pick<ProxyContext, 'hooks'>,
  { identity, target, fields, webSocket }: Incoming,
  body: Buffer,
  contents: readonly MiddlewareContent[],
): Buffer | Fault {
  if (webSocket !== undefined) return unreadable;
  if (contents.length === 0 || body.length === 0) return body;
  if (isCompressed(fields)) return unreadable;
  const found = findIn(body, contents);
  for (const one of found)
    hooks.found({ identity, ...one, place: 'the body, where it was taken out', host: target.host });
  if (found.length === 0) return body;
  const isText = textTypes.test(fieldValue(fields, 'content-type') ?? '') && isUtf8(body);
  if (!isText || found.some(({ kind }) => kind === 'private key')) return stuck;
  let text = body.toString('utf8');
  for (const one of found.toSorted((a, b) => b.value.length - a.value.length))
    text = text.replaceAll(new RegExp(patternOf(one), 'g'), `[${one.kind} removed]`);
  const redacted = Buffer.from(text);
  // Encoded, or written in another way than it was read.
  return findIn(redacted, contents).length > 0 ? stuck : redacted;
}

function findIn(body: Buffer, contents: readonly MiddlewareContent[]): readonly Found[] {
  const shapes = contents.filter((one): one is Shape => one !== 'sk_keys');
  const keys = contents.includes('sk_keys') ? (body.toString('latin1').match(skKey) ?? []) : [];
  const found = [...findShapes(body, shapes), ...keys.map((value): Found => ({ kind: 'access key', value }))];
  return found.filter(({ value }) => findPlaceholders(value).length === 0);
}

/** A value as it may be written. */
function patternOf({ kind, value }: Found): string {
  const letters = [...value].map((letter) => (/\w/.test(letter) ? letter : `\\${letter}`));
  switch (kind) {
    // Numbers are told without what separates their groups.
    case 'payment card':
    case 'bank account':
    case 'phone number':
      return letters.join('[ -]?');
    case 'e-mail address':
      return letters.join('');
    case 'access key':
    case 'JSON web token':
    case 'private key':
    case 'canary':
    case 'secret':
      return letters.join('') + further;
    default:
      return kind satisfies never;
  }
}

const unreadable: Fault = fault(
  'redaction',
  'The policy takes data out of requests to this host (`network_middlewares`), and this one cannot be read as a whole.',
  403,
);
const stuck: Fault = fault(
  'redaction',
  'The policy takes data out of requests to this host (`network_middlewares`), and from this body it cannot be taken out.',
  403,
);
