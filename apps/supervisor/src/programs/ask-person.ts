import { randomBytes } from 'node:crypto';
import type { PersonsAnswer } from '@clawhold/inference';
import { approversOf } from '@clawhold/policy';
import {
  type Approval,
  type Decision,
  formatId,
  idEntropyBytes,
  type ToolCall,
  type ToolQuestion,
} from '@clawhold/spec';
import type { Asker, Judge } from '../deciding/judge.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { ActionMaker, Occasion } from '../steps/action.ts';
import { awaitAnswer } from '../steps/await-answer.ts';
import { putBeforePeople } from '../steps/put-before-people.ts';
import { redeemYes } from '../steps/redeem-yes.ts';
import type { OpenQuestions } from './open-questions.ts';

export interface ProposalAskerParts {
  readonly judge: Judge;
  readonly gateway: Pick<Gateway, 'requestApproval' | 'awaitApproval' | 'consumeApproval'>;
  readonly actions: Pick<ActionMaker, 'forProposal' | 'newOccasion'>;
}

/** A call that the model of a program proposes, and what the policy said to it. */
export interface AskedProposal {
  readonly live: LiveRun;
  /** As the policy is at that moment: it may change while a person thinks. */
  readonly asker: () => Asker;
  readonly questions: OpenQuestions;
  readonly call: ToolCall;
  readonly question: ToolQuestion;
  readonly decision: Decision;
}

/**
 * Puts a proposed call before a person while the sandbox stands still. The model's answer is held back meanwhile, so the
 * agent cannot tell a person who thinks from a model that does. A yes is for these bytes, once, as with calls of the
 * built-in loop.
 */
export function createProposalAsker({ judge, gateway, actions }: ProposalAskerParts) {
  return async (asked: AskedProposal): Promise<PersonsAnswer> => {
    const { live, asker, call, question, decision, questions } = asked;
    const step = formatId('step', randomBytes(idEntropyBytes));
    const circumstances = { step, what: `propose ${question.tool}` };
    await judge.admit(question, decision, asker(), circumstances);
    const describe = ({ policy }: Decision, occasion: Occasion) =>
      actions.forProposal(live, { step, call, question, policy, occasion });

    const put = (): Promise<Approval> => {
      const terms = { reasons: decision.reasons, approvers: approversOf(decision) };
      return putBeforePeople(live, gateway, () => describe(decision, actions.newOccasion(live)), terms);
    };

    /** Says no unless the approval is for exactly what would pass now. */
    async function redeem(approval: Approval): Promise<PersonsAnswer> {
      // What the agent's model has read since, or a policy that came meanwhile, may make it another matter.
      const current = asker();
      const now = judge.decide(question, current);
      if (now.kind === 'deny') return no(now.reasons.map(({ text }) => text).join(' '));
      const redeemed = await redeemYes(gateway, approval, {
        approvers: approversOf(now),
        describe: (occasion) => describe(now, occasion),
      });
      if (redeemed.kind === 'no') return no(redeemed.why);
      const { grant, digest } = redeemed;
      live.usage.addGrant({ ...grant, action: digest });
      const granted = { ...question, action: digest };
      const allowed = judge.decide(granted, current);
      const admission = await judge.admit(granted, allowed, current, circumstances);
      if (admission.kind === 'refused') return no(admission.reason.text);
      return allowed.kind === 'allow' ? { kind: 'yes' } : no(allowed.reasons.map(({ text }) => text).join(' '));
    }

    return questions.during(async () => {
      const { id } = await put();
      try {
        return await redeem(await awaitAnswer(gateway, live, id));
      } finally {
        await live.frost.end(id);
      }
    });
  };
}

function no(why: string): PersonsAnswer {
  return { kind: 'no', why: `${why} Do not try it again; go on without it and say so in the end.` };
}
