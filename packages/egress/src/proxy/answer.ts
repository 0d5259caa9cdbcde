import { type Problem, problemMediaType, type Refusal } from '@clawhold/spec';
import type { Fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { writeResponseHead } from '../wire/write-head.ts';
import type { Client } from './client.ts';

/**
 * Says in each answer of this proxy what kind it is: `allowed` (a server's own answer, or the failure to get one),
 * `denied`, `ask`, or `malformed`. No server can write this field: it is taken out of responses.
 */
export const decisionField = 'x-clawhold-decision';

/** How an answer ends: whether the connection goes on, and whether its request was a HEAD, whose answer has no body. */
export interface AnswerEnd {
  readonly close: boolean;
  readonly method: string;
}

/** 403 with the refusal that an agent can read (policy.md, "Decisions explain themselves"). */
export function answerRefusal(client: Client, refusal: Refusal, kind: 'denied' | 'ask', end: AnswerEnd): void {
  answer(client, 403, kind, 'application/json', JSON.stringify(refusal), end);
}

/** The request could not be read in one way only. */
export function answerMalformed(client: Client, fault: Fault): void {
  const problem = problemOf(fault, `request_${fault.code}`, fault.status);
  answer(client, fault.status, 'malformed', problemMediaType, JSON.stringify(problem), { close: true, method: '' });
}

/** The request was allowed, and the other side failed: no refusal, so an agent may try again. */
export function answerFailure(client: Client, fault: Fault, end: AnswerEnd): number {
  const status = fault.status === 504 ? 504 : 502;
  const problem = problemOf(fault, `upstream_${fault.code}`, status);
  answer(client, status, 'allowed', problemMediaType, JSON.stringify(problem), end);
  return status;
}

function problemOf(fault: Fault, code: string, status: number): Problem {
  return { type: 'about:blank', title: fault.text, status, code };
}

function answer(client: Client, status: number, kind: string, type: string, body: string, end: AnswerEnd): void {
  const bytes = Buffer.from(body);
  const fields: Field[] = [
    { name: 'content-type', value: type },
    { name: 'content-length', value: String(bytes.length) },
    { name: decisionField, value: kind },
    { name: 'cache-control', value: 'no-store' },
    ...(end.close ? [{ name: 'connection', value: 'close' }] : []),
  ];
  if (!client.socket.writable) return;
  client.socket.write(writeResponseHead(status, fields), 'latin1');
  if (end.method !== 'HEAD') client.socket.write(bytes);
}
