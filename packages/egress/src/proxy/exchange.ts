import { refusal } from '@clawhold/policy';
import type { EgressQuestion } from '@clawhold/spec';
import { isAnswerRead } from '../answers/answer-reader.ts';
import { RequestCredentials } from '../credentials/request-credentials.ts';
import { detectedFault } from '../detection/finding.ts';
import { refuseDetected } from '../detection/refuse-detected.ts';
import { watch } from '../detection/watch.ts';
import { type Target, urlOf } from '../target/target.ts';
import { deliverWebSocket } from '../websocket/deliver-web-socket.ts';
import { answerFailure, answerMalformed, answerRefusal } from './answer.ts';
import type { ProxyContext } from './context.ts';
import { deliver, fail } from './deliver.ts';
import type { Incoming } from './incoming.ts';
import { judgeRequest } from './messages.ts';
import { questionOf } from './question.ts';
import { report, type Subject } from './record.ts';

/** One request from its head to its answer. What is decided, recorded and sent are all written from its target. */
export async function exchange(context: ProxyContext, received: Incoming): Promise<void> {
  const { generation } = context.underWay;
  const watching = watch(context, received);
  const watched = watching instanceof Promise ? await watching : watching;
  if (watched === undefined) return;
  const credentials = new RequestCredentials(context, watched);
  const { incoming } = credentials;
  const { identity, method, target, body, reply } = incoming;
  const traffic = { requestBytes: 0, responseBytes: 0 };
  const bare: Subject = { method, url: urlOf(target), question: null, decision: null, traffic };
  const asking = questionOf(context, incoming);
  const asked = asking instanceof Promise ? await asking : asking;
  const judging = asked.kind === 'fault' ? asked : judgeRequest(context, incoming, asked, credentials);
  const judged = judging instanceof Promise ? await judging : judging;
  if (judged === detectedFault) return refuseDetected(context, incoming, bare);
  if (judged.kind === 'fault') {
    answerMalformed(incoming, judged);
    report(context, identity, bare, 'malformed', judged.status, judged.code);
    return;
  }
  const { judgement, question, others } = judged;
  const subject: Subject = {
    ...bare,
    url: isAbout(question, target) ? bare.url : urlOf({ ...target, ...question.operation }),
    question,
    decision: judgement.decision,
    others,
  };
  if (judgement.kind === 'go') {
    const decided = [{ question, decision: judgement.decision }, ...others];
    const underWay = context.underWay.enter({ decided, generation, cut: () => reply.cut() });
    try {
      const readsAnswer = isAnswerRead(subject, judgement.terms);
      const filling = credentials.fill(judged.body, readsAnswer);
      const filled = filling instanceof Promise ? await filling : filling;
      if (filled.kind === 'fault') {
        await body.skip();
        if (filled === detectedFault) refuseDetected(context, incoming, subject);
        else fail({ context, incoming, decided: incoming, subject, underWay }, filled);
      } else {
        const terms = { ...judgement.terms, readsAnswer: readsAnswer || filled.carriesSecret };
        const admitted = { context, incoming: filled.incoming, decided: incoming, subject, underWay };
        const allowed = { ...judgement, terms };
        const { webSocket } = incoming;
        if (webSocket === undefined) await deliver(admitted, filled.body, allowed);
        else await deliverWebSocket(admitted, question, webSocket, allowed);
      }
    } finally {
      underWay.leave();
    }
    return;
  }
  await body.skip();
  if (judgement.kind === 'failed') {
    const status = answerFailure(incoming, judgement.fault);
    report(
      context,
      identity,
      subject,
      reply.isGone ? 'cut' : 'failed',
      reply.isGone ? null : status,
      judgement.fault.code,
    );
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
