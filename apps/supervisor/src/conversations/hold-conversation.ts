import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationProtocol, ConversationWire, Start, WireEvent } from '@clawhold/harness';
import type { RunningCommand, Sandbox } from '@clawhold/sandbox';
import { formatId, idEntropyBytes, limits, type TimelineBody, type TurnId } from '@clawhold/spec';
import type { CommandResult } from '@clawhold/tools';
import type { Gateway } from '../gateway/gateway.ts';
import type { Program } from '../programs/programs.ts';
import { createTeller } from '../programs/teller.ts';
import { startWorkClock } from '../programs/work-clock.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { AnswerQuestion } from './answer-question.ts';
import { Conversation, type Conversations, type Message, type PageDoor } from './conversation.ts';
import { LastErrors } from './last-errors.ts';
import { createDraftTeller } from './tell-draft.ts';
import { WireLink } from './wire-link.ts';

export interface HolderParts {
  readonly gateway: Pick<Gateway, 'appendTimeline' | 'showDraft'>;
  readonly conversations: Conversations;
  readonly answerQuestion: AnswerQuestion;
}

/** A conversation to hold. */
export interface Talk {
  readonly live: LiveRun;
  /** Where the agent is, or thinks. */
  readonly sandbox: Pick<Sandbox, 'execute'>;
  readonly program: Program;
  readonly protocol: ConversationProtocol;
  readonly start: Start;
  readonly task: string;
  /** It ends with its first answer. */
  readonly isSingle: boolean;
  /** That its configuration has. */
  readonly secret: string;
}

type Answer = { readonly ok: boolean; readonly text: string };

/** How long a program has to end by itself, in milliseconds: OpenClaw's gateway gives back its leases then, in a second or, on a busy machine, in many. */
const endMilliseconds = 30_000;
/** Between two attempts to tell an answer, in milliseconds. */
const awayMilliseconds = 1_000;
/** So often an agent may ask people by itself in one conversation; beyond it the answer is no. */
const mostQuestions = 50;
const answeredThere = 'What the agent asked people was answered where it thinks, by nobody that is known.';

/**
 * Starts the program of an agent that stays, tells it the task and every further message, and shows what it answers. Ends when
 * the conversation does, with its last answer; what ends before is a failure.
 */
export function createConversationHolder(parts: HolderParts) {
  return async (talk: Talk): Promise<CommandResult> => {
    const { live, sandbox, program, protocol, start } = talk;
    const conversation = new Conversation(limits.conversationIdleSeconds * 1_000, doorOf(talk));
    parts.conversations.add(live.id, conversation);
    const isSpoken = protocol.port === undefined;
    const running = sandbox.execute(isSpoken ? { ...start, interactive: true } : start);
    const complaints = new LastErrors();
    const ended = isSpoken ? complaints.reason(running) : listen(running, complaints);
    ended.catch(() => undefined); // whoever waits for it hears it
    let isLate = false;
    using _ = startWorkClock(
      program.budget.seconds,
      () => conversation.isIdle || live.frost.open().length > 0,
      () => {
        isLate = true;
        running.kill();
      },
    );
    const wire = protocol.open(talk.secret, program.manifest.mcp);
    const link =
      protocol.port === undefined
        ? new WireLink(running, wire, complaints.take)
        : WireLink.toPort(sandbox, protocol.port, wire);
    try {
      const exchange = createExchange(parts, talk, { link, wire });
      // What it said last comes before its end.
      const over = exchange.over.then((why) => why ?? (isSpoken ? ended : 'It hung up.'));
      const broken = isSpoken ? over : Promise.race([ended, over]);
      const last = await Promise.race([converse(parts, talk, conversation, exchange.ask), broken]);
      if (typeof last !== 'string') return talk.isSingle && !last.ok ? failure(last.text) : success(last.text);
      return isLate ? { ...failure(''), end: { kind: 'killed', signal: 'SIGKILL', reason: 'timeout' } } : failure(last);
    } finally {
      conversation.close();
      parts.conversations.forget(live.id);
      running.kill('SIGTERM');
      const late = setTimeout(() => running.kill(), endMilliseconds);
      await ended.finally(() => clearTimeout(late)).catch(() => undefined);
    }
  };
}

function doorOf({ sandbox, protocol: { port, controlUi: ui }, secret }: Talk): PageDoor | undefined {
  return port === undefined || ui === undefined ? undefined : { sandbox, port, ui, secret };
}

/** From the task to the end of the conversation: one answer after the other. */
async function converse(
  { gateway }: HolderParts,
  { live, task, isSingle }: Talk,
  conversation: Conversation,
  ask: (message: Message) => Promise<Answer>,
): Promise<Answer> {
  let answer: Answer = { ok: true, text: '' };
  let message: Message | undefined = { turn: formatId('turn', randomBytes(idEntropyBytes)), text: task };
  while (message !== undefined) {
    answer = await ask(message);
    if (isSingle) return answer;
    const body: TimelineBody = { kind: 'message', turn: message.turn, from: 'agent', by: live.agent, ...answer };
    await tellAtLast(live, () =>
      gateway.appendTimeline({ run: live.id, bodies: [body], key: `${message?.turn}/answered` }),
    );
    message = await conversation.next();
  }
  return answer;
}

/** A gateway that is away for a moment ends no conversation; one that stays away ends the run. */
async function tellAtLast({ ended }: LiveRun, tell: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await tell();
      return;
    } catch (error) {
      if (ended.aborted) throw error;
      await sleep(awayMilliseconds);
    }
  }
}

interface Exchange {
  ask(message: Message): Promise<Answer>;
  /** Settles when nothing more can be asked, with why if it says so. */
  readonly over: Promise<string | undefined>;
}

/** Asks, and listens to everything that is told meanwhile. */
function createExchange(
  { gateway, answerQuestion }: HolderParts,
  { live, program, isSingle }: Talk,
  { link, wire }: { readonly link: WireLink; readonly wire: ConversationWire },
): Exchange {
  const ready = Promise.withResolvers<void>();
  const showDraft = createDraftTeller(live, gateway);
  let asked: { readonly turn: TurnId; readonly answered: (answer: Answer) => void } | undefined;
  const questions = new Set<string>();

  const tell = createTeller(live, gateway);
  let askedPeople = 0;

  async function settle({ question, call }: Extract<WireEvent, { kind: 'asks' }>): Promise<void> {
    askedPeople += 1;
    if (askedPeople > mostQuestions) return void link.send(wire.answer(question, false));
    questions.add(question);
    const isYes = await answerQuestion({ live, program, call });
    // Gone meanwhile when somebody else answered, who is no person that we know.
    if (questions.delete(question)) void link.send(wire.answer(question, isYes));
  }

  /** Why it is over; undefined while it goes on. */
  function hear(event: Exclude<WireEvent, { kind: 'reply' }>): string | undefined {
    switch (event.kind) {
      case 'ready':
        ready.resolve();
        return undefined;
      case 'refused':
        return event.why;
      case 'writing':
        if (asked?.turn === event.turn && !isSingle) showDraft(asked.turn, event.text);
        return undefined;
      case 'answered':
      case 'failed': {
        const answer = event.kind === 'answered' ? { ok: true, text: event.text } : { ok: false, text: event.why };
        if (asked?.turn === event.turn) asked.answered(answer);
        return undefined;
      }
      case 'said':
        void tell([event]);
        return undefined;
      case 'asks':
        settle(event).catch((error: unknown) => console.error(error));
        return undefined;
      case 'settled':
        if (questions.delete(event.question)) void tell([{ kind: 'failed', text: answeredThere }]);
        return undefined;
      default:
        return event satisfies never;
    }
  }

  async function follow(): Promise<string | undefined> {
    for await (const event of link.events()) {
      if (event.kind === 'reply') {
        // Whoever asks without hearing is not listened to.
        await link.send(event.message);
        continue;
      }
      const why = hear(event);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  return {
    over: follow(),
    async ask({ turn, text }) {
      const why = wire.refuses?.(text);
      if (why !== undefined) return { ok: false, text: why };
      await ready.promise;
      const answer = Promise.withResolvers<Answer>();
      asked = { turn, answered: answer.resolve };
      void link.send(wire.say(turn, text));
      return answer.promise;
    },
  };
}

/** Takes what the program prints, and answers at its end with why it ended. */
async function listen(running: RunningCommand, complaints: LastErrors): Promise<string> {
  for await (const { stream, bytes } of running) if (stream === 'stderr') complaints.take(bytes);
  return complaints.reason(running);
}

const empty = new Uint8Array();
const none = { stdout: 0, stderr: 0 };

function success(text: string): CommandResult {
  return { end: { kind: 'exited', status: 0 }, stdout: new TextEncoder().encode(text), stderr: empty, missing: none };
}

function failure(why: string): CommandResult {
  return { end: { kind: 'exited', status: 1 }, stdout: empty, stderr: new TextEncoder().encode(why), missing: none };
}
