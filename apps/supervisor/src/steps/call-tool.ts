import { approversOf, refusal } from '@clawhold/policy';
import {
  type Approval,
  type ApprovalId,
  type Approvers,
  type Decision,
  type Refusal,
  type RunId,
  type StepId,
  type StepOutcome,
  stepOutcomeSchema,
  type ToolCall,
} from '@clawhold/spec';
import { type PreparedCall, prepareCall } from '@clawhold/tools';
import type { Asker, Judge } from '../deciding/judge.ts';
import type { Policies } from '../deciding/policies.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { ActionMaker, Occasion } from './action.ts';
import { type RequestQuestion, requestQuestion, toolQuestion } from './call-question.ts';
import { settleEndedQuestions } from './frozen-questions.ts';
import { denied, failed, refusalOfRequest, stricter, unknownOutcome } from './outcomes.ts';
import { putBeforePeople } from './put-before-people.ts';
import { redeemYes } from './redeem-yes.ts';
import type { CarriedProgram, StepRunner } from './run-step.ts';

export interface ToolRequestInput {
  readonly run: RunId;
  readonly step: StepId;
  readonly call: ToolCall;
  readonly approval?: ApprovalId | undefined;
  /** A sub-agent may use these tools only. */
  readonly authority?: readonly string[] | undefined;
  /** How the call is prepared and carried out when it is no tool's own: the program of a third-party agent. */
  readonly program?: CarriedProgram | undefined;
}

export interface ToolCallerParts {
  readonly runs: LiveRuns;
  readonly policies: Policies;
  readonly judge: Judge;
  readonly gateway: Gateway;
  readonly actions: ActionMaker;
  readonly runner: StepRunner;
}

/** What is known of a call once it was looked at: how it was decided, about what, and what would run. */
interface Considered {
  readonly prepared: PreparedCall;
  readonly request: RequestQuestion | null;
  readonly decision: Decision;
  /** Who must agree when somebody is asked: as tool and request together demand. */
  readonly approvers: Approvers;
  readonly refusal: Refusal;
}

/**
 * Runs one tool call, once: finds what is recorded of it, labels its arguments, decides, asks a person where needed,
 * journals it before the effect, runs it in the sandbox, records the outcome.
 */
export function createToolCaller(parts: ToolCallerParts): (input: ToolRequestInput) => Promise<StepOutcome> {
  const { runs, policies, judge, gateway, actions, runner } = parts;

  async function recorded(run: LiveRun, { step }: ToolRequestInput): Promise<StepOutcome | undefined> {
    const record = run.journal.find(step);
    if (record.kind === 'new') return undefined;
    if (record.kind === 'ended') {
      const { text } = await gateway.readBlob({ blob: record.outcome });
      return stepOutcomeSchema.parse(JSON.parse(text));
    }
    // Begun by a process that did not live to record it. A read may be done again; nothing else may.
    return record.effect === 'read' ? undefined : unknownOutcome();
  }

  function consider(run: LiveRun, asker: Asker, prepared: PreparedCall): Considered | StepOutcome {
    const question = toolQuestion(prepared, run, 'run');
    const aboutTool = judge.decide(question, asker);
    if (prepared.request === null)
      return {
        prepared,
        request: null,
        decision: aboutTool,
        approvers: approversOf(aboutTool),
        refusal: refusal(question, aboutTool),
      };
    const asked = requestQuestion(prepared.request, run, asker, prepared.command.arguments[0]);
    if (asked.kind === 'refused') return failed(asked.reason, run.provenance.seen);
    const aboutRequest = judge.decide(asked.question, asker);
    return {
      prepared,
      request: asked,
      decision: stricter(aboutTool, aboutRequest),
      approvers: approversOf(aboutTool, aboutRequest),
      refusal:
        stricter(aboutTool, aboutRequest) === aboutTool
          ? refusal(question, aboutTool)
          : refusal(asked.question, aboutRequest),
    };
  }

  async function recordRefusal(
    run: LiveRun,
    asker: Asker,
    input: ToolRequestInput,
    considered: Considered,
  ): Promise<void> {
    const question = considered.request?.question ?? toolQuestion(considered.prepared, run, 'run');
    const circumstances = { step: input.step, what: considered.refusal.asked.what };
    await judge.admit(question, considered.decision, asker, circumstances);
  }

  async function ask(run: LiveRun, input: ToolRequestInput, considered: Considered): Promise<StepOutcome> {
    const describing = () => describe(run, input, considered, actions.newOccasion(run));
    const { decision, approvers } = considered;
    const approval = await putBeforePeople(run, gateway, describing, { reasons: decision.reasons, approvers });
    return { kind: 'ask', approval };
  }

  function describe(run: LiveRun, { step, call }: ToolRequestInput, considered: Considered, occasion: Occasion) {
    const { prepared, request, decision } = considered;
    return actions.forCall(run, { step, call, prepared, request, policy: decision.policy, occasion });
  }

  /** Says no unless the approval is for exactly what would run now. */
  async function redeem(
    run: LiveRun,
    asker: Asker,
    input: ToolRequestInput,
    considered: Considered,
    approval: Approval,
  ): Promise<StepOutcome | undefined> {
    const redeemed = await redeemYes(gateway, approval, {
      approvers: considered.approvers,
      describe: (occasion) => describe(run, input, considered, occasion),
    });
    if (redeemed.kind === 'no') return denied(considered.refusal, redeemed.why);
    const { grant, digest } = redeemed;
    // The proxy takes the grant of a request when it leaves; the one of another call is taken here.
    if (considered.request !== null) return void run.usage.addGrant({ ...grant, action: considered.request.digest });
    run.usage.addGrant({ ...grant, action: digest });
    const question = { ...toolQuestion(considered.prepared, run, 'run'), action: digest };
    const decision = judge.decide(question, asker);
    const circumstances = { step: input.step, what: considered.refusal.asked.what };
    const admission = await judge.admit(question, decision, asker, circumstances);
    if (admission.kind === 'refused') return denied(refusalOfRequest(considered.refusal, admission.reason));
    return decision.kind === 'allow' ? undefined : denied(refusal(question, decision));
  }

  async function carryOut(run: LiveRun, input: ToolRequestInput): Promise<StepOutcome> {
    await settleEndedQuestions(run, gateway);
    const known = await recorded(run, input);
    if (known !== undefined) return known;
    const { authority } = input;
    if (authority !== undefined && !authority.includes(input.call.tool))
      return failed(`This agent was not given the tool ${input.call.tool}.`, run.provenance.seen);
    const prepared = input.program?.prepared ?? prepareCall(input.call);
    if (prepared.kind === 'refused') return failed(prepared.reason, run.provenance.seen);
    const asker: Asker = { run: run.id, snapshot: policies.of(run.agent), usage: run.usage };
    const considered = consider(run, asker, prepared);
    if ('kind' in considered) return considered;

    // Nobody is asked any more: the policy changed after the question.
    if (considered.decision.kind !== 'ask' && input.approval !== undefined) await run.frost.end(input.approval);
    if (considered.decision.kind === 'deny') {
      await recordRefusal(run, asker, input, considered);
      return denied(considered.refusal);
    }
    if (considered.decision.kind === 'ask') {
      if (input.approval === undefined) {
        await recordRefusal(run, asker, input, considered);
        return ask(run, input, considered);
      }
      const approval = await gateway.readApproval({ approval: input.approval });
      if (approval.state === 'pending') return { kind: 'ask', approval };
      const no = await redeem(run, asker, input, considered, approval);
      await run.frost.end(approval.id);
      if (no !== undefined) return no;
    } else {
      const question = toolQuestion(prepared, run, 'run');
      const circumstances = { step: input.step, what: considered.refusal.asked.what };
      // The request of a call is admitted by the proxy when it leaves; here it is the tool's own decision.
      const decision = considered.request === null ? considered.decision : judge.decide(question, asker);
      const admission = await judge.admit(question, decision, asker, circumstances);
      if (admission.kind === 'refused') {
        // Others took the last of a burst. Now that this is known, it may be a person's to say.
        const again = consider(run, asker, prepared);
        if ('kind' in again || again.decision.kind !== 'ask')
          return denied(refusalOfRequest(considered.refusal, admission.reason));
        await recordRefusal(run, asker, input, again);
        return ask(run, input, again);
      }
    }
    // A person stopped it: the worker ends quietly, what is known of the step is in the ledger.
    return runner.run(run, input, prepared).finally(() => runs.assertNotStopped(run.id));
  }

  return (input) => {
    const run = runs.get(input.run);
    const atWork = run.calls.get(input.step);
    if (atWork !== undefined) return atWork;
    const fresh = carryOut(run, input).finally(() => run.calls.delete(input.step));
    run.calls.set(input.step, fresh);
    return fresh;
  };
}
