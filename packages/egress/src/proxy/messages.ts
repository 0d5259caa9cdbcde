import type { Decision, EgressQuestion, Reason } from '@clawhold/spec';
import type { RequestCredentials } from '../credentials/request-credentials.ts';
import type { ReadMessage, ReadMessages } from '../inspection/content.ts';
import { destinationParameters } from '../inspection/destinations.ts';
import { readGrpc } from '../inspection/grpc.ts';
import { readMessages } from '../inspection/read-messages.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import type { ProxyContext } from './context.ts';
import type { Outgoing } from './forward.ts';
import type { Incoming } from './incoming.ts';
import {
  type Allowed,
  type Check,
  decide,
  isWebSocket,
  type Judgement,
  judge,
  overrule,
  refuse,
  settleAll,
} from './judge.ts';
import { type Asked, digestOf } from './question.ts';
import { tooLarge } from './request-body.ts';
import { RequestCheck } from './request-check.ts';
import type { Reading } from './terms.ts';

/** What came of a request, or of the messages in it. */
export interface Judged {
  readonly kind: 'judged';
  /** The one that was refused, or the first. */
  readonly question: EgressQuestion;
  readonly judgement: Judgement;
  readonly others: readonly Allowed[];
  readonly body: Outgoing;
}

/**
 * Judges a request by its head, and where the policy wants its messages read, by each of them: all of it goes out, or
 * nothing does.
 */
export function judgeRequest(
  context: ProxyContext,
  incoming: Incoming,
  asked: Asked,
  credentials: RequestCredentials,
): Soon<Judged | Fault> {
  const { question, decision } = asked;
  const looked = new RequestCheck(context, incoming, credentials, asked.body);
  const check: Check = (terms) => looked.objectionTo(terms);
  const options = { check, decision, isUpgrade: incoming.webSocket !== undefined };
  return whenThere(judge(context, incoming.identity, question, options), (judgement) => {
    const reads = judgement.kind === 'go' ? judgement.terms.reads : undefined;
    // The messages of a WebSocket come when it is open.
    if (reads !== undefined && !isWebSocket(reads.protocol))
      return judgeMessages(context, incoming, asked, { reads, looked, check });
    const body = looked.outgoing;
    return { kind: 'judged', question: recorded(judgement, question), judgement, others: [], body };
  });
}

/** How messages are read, and what is looked at before they are recorded. */
interface ReadingMessages {
  readonly reads: Reading;
  readonly looked: RequestCheck;
  readonly check: Check;
}

async function judgeMessages(
  context: ProxyContext,
  incoming: Incoming,
  asked: Asked,
  { reads, looked, check }: ReadingMessages,
): Promise<Judged | Fault> {
  const { identity } = incoming;
  const read = await readRequest(context, incoming, asked, reads);
  if (read.kind === 'fault') return read;
  const { body } = read;
  const [first, ...others] = read.messages.list;
  looked.outgoing = body;
  looked.messages = read.messages.list;
  const decideOne = async (one: ReadMessage): Promise<Allowed | Fault> => {
    const question = questionAbout(context, incoming, asked.question, one, body);
    return question.kind === 'fault' ? question : { question, decision: await decide(context, question) };
  };
  const leading = await decideOne(first);
  if ('kind' in leading) return leading;
  const decided: [Allowed, ...Allowed[]] = [leading];
  for (const one of others) {
    const other = await decideOne(one);
    if ('kind' in other) return other;
    decided.push(other);
  }
  const refused = refusedOf(decided);
  if (refused !== undefined) {
    const { question, decision } = refused;
    const judgement = await refuse(context, identity, question, decision);
    return { kind: 'judged', question, judgement, others: [], body };
  }
  const settled = await settleAll(context, identity, decided, check);
  return {
    kind: 'judged',
    question: recorded(settled, leading.question),
    // How messages are read was said of the head; the answer has some too.
    judgement: settled.kind === 'go' ? { ...settled, terms: { ...settled.terms, reads } } : settled,
    others: decided.slice(1),
    body: looked.outgoing,
  };
}

function recorded(judgement: Judgement, question: EgressQuestion): EgressQuestion {
  return judgement.kind === 'refused' ? judgement.question : question;
}

/** What a request says, and the body with which it will leave. */
interface ReadRequest {
  readonly kind: 'read';
  readonly messages: ReadMessages;
  readonly body: Outgoing;
}

async function readRequest(
  context: ProxyContext,
  incoming: Incoming,
  asked: Asked,
  { protocol, bytes = context.limits.inspectedBodyBytes, anyToolName }: Reading,
): Promise<ReadRequest | Fault> {
  const { method, target, fields } = incoming;
  const content = { method, path: target.path, query: target.query, fields };
  if (protocol === 'grpc') {
    if (incoming.version !== 'h2') return fault('grpc_version', 'gRPC is spoken over HTTP/2.', 505);
    const messages = readGrpc(content);
    if (messages.kind === 'fault') return messages;
    const [{ message }] = messages.list;
    const outline = { ...asked.question, operation: { ...content, parameters: [], message } };
    // A person says yes to the bytes that they were shown; any other call streams.
    if (!context.hooks.inspect(outline).digestBody) return { kind: 'read', messages, body: asked.body };
    const body = await wholeBody(incoming, asked, bytes);
    return Buffer.isBuffer(body) ? { kind: 'read', messages, body } : body;
  }
  const body = await wholeBody(incoming, asked, bytes);
  if (!Buffer.isBuffer(body)) return body;
  const messages = readMessages(protocol, { ...content, body, anyToolName });
  return messages.kind === 'fault' ? messages : { kind: 'read', messages, body };
}

async function wholeBody({ body }: Incoming, asked: Asked, maximum: number): Promise<Buffer | Fault> {
  if (!Buffer.isBuffer(asked.body)) return body.gather(maximum);
  return asked.body.length > maximum ? tooLarge : asked.body;
}

/** The question about one message, with the values in it that the policy calls destinations. */
export function questionAbout(
  context: ProxyContext,
  incoming: Incoming,
  question: EgressQuestion,
  { message, content }: ReadMessage,
  body: Outgoing | undefined,
): EgressQuestion | Fault {
  const { hooks } = context;
  const { identity, method, target } = incoming;
  const { path, query } = target;
  const operation = { method, path, query, parameters: [], message };
  const outline: EgressQuestion = { ...question, operation };
  const needs = hooks.inspect(outline);
  const json = [{ name: 'content-type', value: 'application/json' }];
  const inspected = { query, fields: json, body: Buffer.from(JSON.stringify(content)) };
  const parameters = destinationParameters(needs.pointers, inspected, (value) => hooks.labelOf(identity, value));
  if ('kind' in parameters) return parameters;
  return {
    ...outline,
    operation: { ...operation, parameters: [...parameters] },
    ...(needs.digestBody && Buffer.isBuffer(body) ? { action: digestOf(context, incoming, body) } : {}),
  };
}

/** Why the request as a whole is refused: the first message that is forbidden, or else the one that a person must see. */
function refusedOf(decided: readonly [Allowed, ...Allowed[]]): Allowed | undefined {
  const denied = decided.find(({ decision }) => decision.kind === 'deny');
  if (denied !== undefined) return denied;
  const [asking, second] = decided.filter(({ decision }) => isForPerson(decision));
  if (asking !== undefined && second !== undefined)
    return { question: asking.question, decision: overrule(asking.decision, severalAsk) };
  return asking?.decision.kind === 'ask' ? asking : undefined;
}

function isForPerson({ kind, obligations }: Decision): boolean {
  return kind === 'ask' || obligations.some((obligation) => obligation.kind === 'consume_grant');
}

/** A grant is for one action, and is used up by it. */
const severalAsk: Reason = {
  code: 'default',
  text: 'Several messages of this batch need a person; send each in a request of its own.',
};
