import { Buffer } from 'node:buffer';
import { findShapes, type Shape } from '@clawhold/detect';
import { limits, type Reason } from '@clawhold/spec';
import { findPlaceholders } from '../credentials/placeholder.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Outgoing } from '../proxy/forward.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Terms } from '../proxy/terms.ts';
import { fieldValue } from '../wire/field.ts';
import { detectedFault } from './finding.ts';

/** What came of looking: why the request must not leave, or the body with which it may. */
export type Screened =
  | { readonly kind: 'passed'; readonly body: Outgoing }
  | { readonly kind: 'refused'; readonly reason: Reason };

/**
 * Looks for what the policy forbids in requests (`request.forbid`), before the request is recorded as allowed. The body is
 * held back until all of it was read; what is too long or encoded is refused, never passed unread.
 */
export async function screen(
  context: ProxyContext,
  incoming: Incoming,
  body: Outgoing,
  { forbidden }: Pick<Terms, 'forbidden'>,
): Promise<Screened> {
  if (forbidden.length === 0) return { kind: 'passed', body };
  const { target, fields } = incoming;
  if (incoming.webSocket !== undefined)
    return refused('messages of a WebSocket pass as they come, so nobody can tell whether they hold', forbidden);
  const headers = fields.map(({ name, value }) => [`the header ${name.slice(0, 40)}`, value] as const);
  for (const [place, text] of [['the path', target.path], ['the query', target.query], ...headers] as const)
    if (tell(context, incoming, place, Buffer.from(text, 'latin1'), forbidden))
      return refused(`${place} holds`, forbidden);
  if (body.length === 0) return { kind: 'passed', body };
  if (fieldValue(fields, 'content-encoding') !== undefined)
    return refused('the body is compressed, so nobody can tell whether it holds', forbidden);
  const bytes = Buffer.isBuffer(body) ? body : await body.gather(limits.detectedBodyBytes);
  if (bytes === detectedFault) return { kind: 'refused', reason: { code: 'hard_block', text: detectedFault.text } };
  if (!Buffer.isBuffer(bytes) || bytes.length > limits.detectedBodyBytes)
    return refused(
      'the body could not be read as a whole before it left, so nobody can tell whether it holds',
      forbidden,
    );
  if (tell(context, incoming, 'the body', bytes, forbidden)) return refused('the body holds', forbidden);
  return { kind: 'passed', body: bytes };
}

/** Tells of everything that is found; a placeholder looks like what it stands for, and is none. */
function tell(
  { hooks }: ProxyContext,
  { identity, target }: Incoming,
  place: string,
  bytes: Buffer,
  forbidden: readonly Shape[],
): boolean {
  const found = findShapes(bytes, forbidden).filter(({ value }) => findPlaceholders(value).length === 0);
  const [first] = found;
  if (first !== undefined) hooks.found({ identity, ...first, place, host: target.host });
  return first !== undefined;
}

const words: Readonly<Record<Shape, string>> = { credentials: 'credentials', pii: 'personal data' };

function refused(what: string, forbidden: readonly Shape[]): Screened {
  const names = forbidden.map((shape) => words[shape]).join(' or ');
  const text = `The policy keeps ${names} in (request.forbid), and ${what} ${names}.`;
  return { kind: 'refused', reason: { code: 'explicit_deny', text } };
}
