import { limits } from '@clawhold/spec';
import { objectionTo } from '../detection/forbidden-answer.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import { createMessageGate } from '../proxy/message-gate.ts';
import type { Subject } from '../proxy/record.ts';
import type { Terms } from '../proxy/terms.ts';
import type { Fault } from '../wire/fault.ts';
import { type Heard, hear } from './server-messages.ts';
import { pinnedEndpoint } from './tool-pins.ts';

/** What an answer is read for before it passes. */
export interface AnswerReader {
  /** Bytes of one message, or of an answer that is none, that are held until they are whole. */
  readonly held: number;
  /** Reads messages; undefined where answers are none. */
  readonly hear: ((text: string) => Promise<Heard>) | undefined;
  /** Why something must not pass; undefined where nothing is forbidden. */
  readonly objection: ((place: string, bytes: Buffer) => Fault | undefined) | undefined;
}

/** Whether the answer to a request is read on its way back: asked before it leaves, so that it comes in the clear. */
export function isAnswerRead({ question }: Pick<Subject, 'question'>, terms: Terms): boolean {
  return terms.forbiddenInAnswers.length > 0 || question?.operation?.message?.protocol === 'mcp';
}

/** @param status of the answer, for the records of what its server asks. */
export function createAnswerReader(
  context: ProxyContext,
  incoming: Incoming,
  { question, url }: Subject,
  terms: Terms,
  status: number,
): AnswerReader {
  const { forbiddenInAnswers: forbidden, pins } = terms;
  const forbids = forbidden.length > 0;
  return {
    held: forbids ? limits.detectedBodyBytes : (terms.reads?.bytes ?? context.limits.inspectedBodyBytes),
    objection: forbids ? objectionTo(context, incoming, forbidden) : undefined,
    hear: question?.operation?.message?.protocol === 'mcp' ? (text) => hear(text, options(question)) : undefined,
  };

  function options(asked: NonNullable<Subject['question']>): Parameters<typeof hear>[1] {
    const { identity, target } = incoming;
    return {
      gate: createMessageGate(context, incoming, { question: asked, url, address: null, status }),
      listed:
        pins === undefined
          ? undefined
          : { identity, endpoint: pinnedEndpoint(target, pins), pins: context.hooks.toolPins, list: pins.list },
    };
  }
}
