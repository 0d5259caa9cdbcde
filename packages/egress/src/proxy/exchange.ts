import { refusal } from '@clawhold/policy';
import type { EgressQuestion } from '@clawhold/spec';
import { isAnswerRead } from '../answers/answer-reader.ts';
import { RequestCredentials } from '../credentials/request-credentials.ts';
import { detectedFault } from '../detection/finding.ts';
import { refuseDetected } from '../detection/refuse-detected.ts';
import { watch } from '../detection/watch.ts';
import { type Target, urlOf } from '../target/target.ts';
import { deliverWebSocket } from '../websocket/deliver-web-socket.ts';
import type { Fault } from '../wire/fault.ts';
import { type Soon, whenThere } from '../wire/soon.ts';
import { answerFailure, answerMalformed, answerRefusal } from './answer.ts';
import type { ProxyContext } from './context.ts';
import { deliver, fail } from './deliver.ts';
import type { Incoming } from './incoming.ts';
import type { Judgement } from './judge.ts';
import { type Judged, judgeRequest } from './messages.ts';
import { questionOf } from './question.ts';
import { report, type Subject } from './record.ts';

/** One request from its head to its answer. What is decided, recorded and sent are all written from its target. */
export function exchange(context: ProxyContext, received: Incoming): Soon<void> {
  const { generation } = context.underWay;
  return whenThere(watch(context, received), (watched) => {
    if (watched === undefined) return;
    const credentials = new RequestCredentials(context, watched);
    const { incoming } = credentials;
    return whenThere(questionOf(context, incoming), (asked) => {
      const judging = asked.kind === 'fault' ? asked : judgeRequest(context, incoming, asked, credentials);
      return whenThere(judging, (judged) => follow({ context, incoming, credentials, generation }, judged));
    });
  });
}

/** A request about which was asked. */
interface Exchange {
  readonly context: ProxyContext;
  readonly incoming: Incoming;
  readonly credentials: RequestCredentials;
  /** The count of policies before the first question. */
  readonly generation: number;
}

/** Does what was judged. */
function follow(exchanged: Exchange, judged: Judged | Fault): Soon<void> {
  const { context, incoming } = exchanged;
  const { identity, method, target } = incoming;
  const traffic = { requestBytes: 0, responseBytes: 0 };
  const bare: Subject = { method, url: urlOf(target), question: null, decision: null, traffic };
  if (judged === detectedFault) return refuseDetected(context, incoming, bare);
  if (judged.kind === 'fault') {
    answerMalformed(incoming, judged);
    return report(context, identity, bare, 'malformed', judged.status, judged.code);
  }
  const { judgement, question, others } = judged;
  const { decision } = judgement;
  const url = isAbout(question, target) ? bare.url : urlOf({ ...target, ...question.operation });
  const subject: Subject = { method, url, question, decision, others, traffic };
  return judgement.kind === 'go'
    ? go(exchanged, subject, judged, judgement)
    : refuse(exchanged, subject, question, judgement);
}

type Go = Extract<Judgement, { kind: 'go' }>;

async function go(
  { context, incoming, credentials, generation }: Exchange,
  subject: Subject,
  { question, others, body }: Judged,
  allowed: Go,
): Promise<void> {
  const decided = [{ question, decision: allowed.decision }, ...others];
  const underWay = context.underWay.enter({ decided, generation, cut: () => incoming.reply.cut() });
  try {
    const readsAnswer = isAnswerRead(subject, allowed.terms);
    const filling = credentials.fill(body, readsAnswer);
    const filled = filling instanceof Promise ? await filling : filling;
    if (filled.kind === 'fault') {
      await incoming.body.skip();
      if (filled === detectedFault) return refuseDetected(context, incoming, subject);
      return fail({ context, incoming, decided: incoming, subject, underWay }, filled);
    }
    const admitted = { context, incoming: filled.incoming, decided: incoming, subject, underWay };
    const { terms, routes, meter } = allowed;
    const known = readsAnswer || filled.carriesSecret ? { ...terms, readsAnswer: true } : terms;
    const { webSocket } = incoming;
    await (webSocket === undefined
      ? deliver(admitted, filled.body, { terms: known, routes, meter })
      : deliverWebSocket(admitted, question, webSocket, { terms: known, routes, meter }));
  } finally {
    underWay.leave();
  }
}

async function refuse(
  { context, incoming }: Exchange,
  subject: Subject,
  question: EgressQuestion,
  judgement: Exclude<Judgement, Go>,
): Promise<void> {
  const { identity, body, reply } = incoming;
  await body.skip();
  if (judgement.kind === 'failed') {
    const status = answerFailure(incoming, judgement.fault);
    const { isGone } = reply;
    report(context, identity, subject, isGone ? 'cut' : 'failed', isGone ? null : status, judgement.fault.code);
    return;
  }
  const kind = judgement.decision.kind === 'ask' ? 'ask' : 'denied';
  answerRefusal(incoming, refusal(question, judgement.decision, judgement.proposal), kind);
  report(context, identity, subject, 'refused', 403, null);
}

/** Whether a question is about the very address of its request: nothing of it was withheld. */
function isAbout({ operation }: EgressQuestion, { path, query }: Target): boolean {
  return operation === undefined || (operation.path === path && operation.query === query);
}
