import type { ApiClient, Run, TimelineEntry } from '@clawhold/client';
import { createQuestions } from '../approval/questions.ts';
import type { Session } from '../commands/command.ts';
import { followRun } from '../terminal/follow.ts';
import { stopOnInterrupt } from '../terminal/interrupt.ts';
import type { OpenConversation } from './open-conversation.ts';

export interface AwaitOptions {
  readonly api: ApiClient;
  readonly home: string;
  readonly session: Session;
  readonly verbose: boolean;
}

type Message = Extract<TimelineEntry['body'], { kind: 'message' }>;

/** What came of a message. */
export interface Answered {
  /** Undefined when the conversation ended without. */
  readonly message: Message | undefined;
  readonly run: Run;
  /** The last entry of the timeline that is known. */
  readonly after: number;
}

/** Shows what happens until the answer is there, and asks what is asked meanwhile. Ctrl-C stops the run. */
export async function awaitAnswer(
  { api, home, session, verbose }: AwaitOptions,
  { run, after, turn }: OpenConversation,
): Promise<Answered> {
  const { output, person } = session;
  const interruption = stopOnInterrupt({ api, output, run: run.id });
  let message: Message | undefined;
  let last = after;
  const isAnswer = ({ sequence, body }: TimelineEntry): boolean => {
    last = sequence;
    if (body.kind !== 'message' || body.from !== 'agent' || (turn !== undefined && body.turn !== turn)) return false;
    message = body;
    return true;
  };
  const questions = createQuestions({ api, output, person, onInterrupt: interruption.interrupt });
  try {
    const known = { run: run.id, after, typed: person ? turn : undefined };
    const now = await followRun({ api, home, output, verbose, questions, until: isAnswer, ...known });
    return { message, run: now, after: last };
  } finally {
    interruption.end();
  }
}
