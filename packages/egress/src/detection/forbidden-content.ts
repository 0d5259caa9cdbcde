import { Buffer } from 'node:buffer';
import { type Found, findShapes, type Shape } from '@clawhold/detect';
import { limits, type Reason } from '@clawhold/spec';
import { isCompressed } from '../answers/compressed.ts';
import { findPlaceholders } from '../credentials/placeholder.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Outgoing } from '../proxy/forward.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Terms } from '../proxy/terms.ts';
import type { Soon } from '../wire/soon.ts';
import { detectedFault } from './finding.ts';
import type { LookedThrough } from './withheld-question.ts';

/** What came of looking: why the request must not leave, or the body with which it may. */
export type Screened =
  | { readonly kind: 'passed'; readonly body: Outgoing }
  | { readonly kind: 'refused'; readonly reason: Reason; readonly found?: LookedThrough };

/**
 * Looks for what the policy forbids in requests (`request.forbid`), before the request is recorded as allowed. The body is
 * held back until all of it was read; what is too long or encoded is refused, never passed unread.
 */
export function screen(
  context: ProxyContext,
  incoming: Incoming,
  body: Outgoing,
  { forbidden, forbiddenInAnswers }: Pick<Terms, 'forbidden' | 'forbiddenInAnswers'>,
): Soon<Screened> {
  if (incoming.webSocket !== undefined) {
    const unseen = 'messages of a WebSocket pass as they come, so nobody can tell whether they hold';
    if (forbidden.length > 0) return refused(unseen, forbidden);
    if (forbiddenInAnswers.length > 0) return refused(unseen, forbiddenInAnswers, 'out (response.forbid)');
  }
  return forbidden.length === 0 ? { kind: 'passed', body } : look(context, incoming, body, forbidden);
}

async function look(
  context: ProxyContext,
  incoming: Incoming,
  body: Outgoing,
  forbidden: readonly Shape[],
): Promise<Screened> {
  const { target, fields } = incoming;
  const headers = fields.map(({ name, value }) => ['fields', `the header ${name.slice(0, 40)}`, value] as const);
  const head = [['path', 'the path', target.path], ['query', 'the query', target.query], ...headers] as const;
  for (const [found, place, text] of head)
    if (tell(context, incoming, place, Buffer.from(text, 'latin1'), forbidden))
      return { ...refused(`${place} holds`, forbidden), found };
  if (body.length === 0) return { kind: 'passed', body };
  if (isCompressed(fields)) return refused('the body is compressed, so nobody can tell whether it holds', forbidden);
  const bytes = Buffer.isBuffer(body) ? body : await body.gather(limits.detectedBodyBytes);
  if (bytes === detectedFault) return { kind: 'refused', reason: { code: 'hard_block', text: detectedFault.text } };
  if (!Buffer.isBuffer(bytes) || bytes.length > limits.detectedBodyBytes)
    return refused(
      'the body could not be read as a whole before it left, so nobody can tell whether it holds',
      forbidden,
    );
  if (tell(context, incoming, 'the body', bytes, forbidden))
    return { ...refused('the body holds', forbidden), found: 'body' };
  return { kind: 'passed', body: bytes };
}

/** What is found in a whole text; a placeholder looks like what it stands for, and is none. */
export function findForbidden(bytes: Buffer, forbidden: readonly Shape[]): readonly Found[] {
  return findShapes(bytes, forbidden).filter(({ value }) => findPlaceholders(value).length === 0);
}

/** Tells of what is found. */
function tell(
  { hooks }: ProxyContext,
  { identity, target }: Incoming,
  place: string,
  bytes: Buffer,
  forbidden: readonly Shape[],
): boolean {
  const [first] = findForbidden(bytes, forbidden);
  if (first !== undefined) hooks.found({ identity, ...first, place, host: target.host });
  return first !== undefined;
}

const words = { credentials: 'credentials', pii: 'personal data', secret: 'a secret' } as const;

/** What a policy forbids, in the words of a sentence. */
export function wordsFor(forbidden: readonly (keyof typeof words)[]): string {
  return forbidden.map((word) => words[word]).join(' or ');
}

function refused(
  what: string,
  forbidden: readonly (keyof typeof words)[],
  where: string = 'in (request.forbid)',
): Extract<Screened, { kind: 'refused' }> {
  const names = wordsFor(forbidden);
  const text = `The policy keeps ${names} ${where}, and ${what} ${names}.`;
  return { kind: 'refused', reason: { code: 'explicit_deny', text } };
}
