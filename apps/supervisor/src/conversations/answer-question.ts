import { randomBytes } from 'node:crypto';
import { formatId, idEntropyBytes, type Reason, type ToolCall } from '@clawhold/spec';
import type { Judge } from '../deciding/judge.ts';
import type { Policies } from '../deciding/policies.ts';
import type { createProposalAsker } from '../programs/ask-person.ts';
import { foreignQuestion } from '../programs/foreign-call.ts';
import type { Program } from '../programs/programs.ts';
import type { LiveRun } from '../runs/live-run.ts';

/** Something that an agent asks people by itself, in its own words. */
export interface OwnQuestion {
  readonly live: LiveRun;
  readonly program: Program;
  readonly call: ToolCall;
}

/** Whether people say yes to it. Never rejects: whatever goes wrong is a no. */
export type AnswerQuestion = (question: OwnQuestion) => Promise<boolean>;

export interface QuestionParts {
  readonly judge: Pick<Judge, 'decide' | 'admit'>;
  readonly policies: Pick<Policies, 'of'>;
  readonly askPerson: ReturnType<typeof createProposalAsker>;
}

/**
 * Puts what an agent asks into the one queue of the platform. What the policy denies is denied; everything else a person is
 * asked about, also what the policy would allow: the agent wants to know. A yes opens nothing by itself. What the agent does
 * after it is decided where it is done.
 */
export function createQuestionAnswerer({ judge, policies, askPerson }: QuestionParts): AnswerQuestion {
  return async ({ live, program, call }) => {
    try {
      const asker = () => ({ run: live.id, snapshot: policies.of(live.agent), usage: live.usage });
      const question = foreignQuestion(call, live, program.manifest);
      const decided = judge.decide(question, asker());
      if (decided.kind === 'deny') {
        const step = formatId('step', randomBytes(idEntropyBytes));
        await judge.admit(question, decided, asker(), { step, what: `propose ${question.tool}` });
        return false;
      }
      const decision = decided.kind === 'ask' ? decided : { ...decided, kind: 'ask' as const, reasons: [ownWish] };
      const { questions } = program;
      return (await askPerson({ live, asker, questions, call, question, decision })).kind === 'yes';
    } catch (error) {
      console.error(error);
      return false;
    }
  };
}

const ownWish: Reason = {
  code: 'default',
  text: 'The policy would allow it; the agent asks people about it by itself.',
};
