import { type Problem, problemMediaType, type Refusal } from '@clawhold/spec';
import { isGrpc } from '../inspection/grpc.ts';
import type { Fault } from '../wire/fault.ts';
import type { Field } from '../wire/field.ts';
import { answerGrpc, grpcStatus } from './grpc-answer.ts';
import type { Incoming } from './incoming.ts';
import type { AnswerKind, Reply } from './reply.ts';

/** Whom an answer of our own goes to. */
export interface Asker {
  readonly method: string;
  readonly version?: Incoming['version'];
  readonly fields?: readonly Field[];
  readonly reply: Reply;
}

/** 403 with the refusal that an agent can read (policy.md, "Decisions explain themselves"). */
export function answerRefusal(asker: Asker, refusal: Refusal, kind: 'denied' | 'ask'): void {
  if (isForGrpc(asker)) answerGrpc(asker.reply, kind, grpcStatus.denied, sentenceOf(refusal));
  else answer(asker, 403, kind, 'application/json', JSON.stringify(refusal));
}

/** The request could not be read in one way only. */
export function answerMalformed(asker: Asker, fault: Fault): void {
  const problem = problemOf(fault, `request_${fault.code}`, fault.status);
  asker.reply.makeLast();
  const code = fault.status === 413 ? grpcStatus.tooLarge : grpcStatus.malformed;
  if (isForGrpc(asker)) answerGrpc(asker.reply, 'malformed', code, fault.text);
  else answer(asker, fault.status, 'malformed', problemMediaType, JSON.stringify(problem));
}

/** The request was allowed, and the other side failed: no refusal, so an agent may try again. */
export function answerFailure(asker: Asker, fault: Fault): number {
  const status = fault.status === 504 ? 504 : 502;
  const problem = problemOf(fault, `upstream_${fault.code}`, status);
  if (isForGrpc(asker)) answerGrpc(asker.reply, 'allowed', grpcStatus.failed, fault.text);
  else answer(asker, status, 'allowed', problemMediaType, JSON.stringify(problem));
  return status;
}

function isForGrpc({ version, fields = [] }: Asker): boolean {
  return version === 'h2' && isGrpc(fields);
}

function sentenceOf({ reasons, proposal }: Refusal): string {
  const words = reasons.map(({ text }) => text).join(' ');
  return proposal === undefined ? words : `${words} A person can allow it (${proposal}).`;
}

function problemOf(fault: Fault, code: string, status: number): Problem {
  return { type: 'about:blank', title: fault.text, status, code };
}

function answer({ method, reply }: Asker, status: number, kind: AnswerKind, type: string, body: string): void {
  const bytes = Buffer.from(body);
  const fields: Field[] = [
    { name: 'content-type', value: type },
    { name: 'cache-control', value: 'no-store' },
  ];
  if (method === 'HEAD') {
    reply.begin(status, kind, [...fields, { name: 'content-length', value: String(bytes.length) }], 'none');
  } else {
    reply.begin(status, kind, fields, bytes.length);
    void reply.write(bytes);
  }
  void reply.end([]);
}
