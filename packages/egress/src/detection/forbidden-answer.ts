import type { Buffer } from 'node:buffer';
import type { Found, Shape } from '@clawhold/detect';
import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { findForbidden, wordsFor } from './forbidden-content.ts';

/** What a policy can forbid in answers. `secret`: what never leaves a sandbox, and should never come into one. */
export type ForbiddenAnswer = Shape | 'secret';

/** Makes what says why a part of an answer must not pass (`response.forbid`); each finding is told. */
export function objectionTo(
  context: ProxyContext,
  { identity, target }: Incoming,
  forbidden: readonly ForbiddenAnswer[],
): (place: string, bytes: Buffer) => Fault | undefined {
  const { hooks } = context;
  const shapes = forbidden.filter((word) => word !== 'secret');
  const values = forbidden.includes('secret') ? hooks.guarded(identity) : undefined;
  const text = `The answer holds ${wordsFor(forbidden)}, which the policy keeps out (response.forbid).`;
  const objection = fault('forbidden_answer', text, 502);
  return (place, bytes) => {
    const detector = values?.detector();
    const known: readonly Found[] = detector === undefined ? [] : [...detector.feed(bytes), ...detector.end()];
    const [found] = [...known, ...findForbidden(bytes, shapes)];
    if (found === undefined) return undefined;
    hooks.found({ identity, ...found, place: `${place} of an answer`, host: target.host });
    return objection;
  };
}
