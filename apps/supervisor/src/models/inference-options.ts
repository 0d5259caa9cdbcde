import { randomBytes } from 'node:crypto';
import type { Dial, InferenceOptions, ModelCaller } from '@clawhold/inference';
import { modelRoute, priceOf, refusal } from '@clawhold/policy';
import {
  ClawholdError,
  formatId,
  type InferenceQuestion,
  idEntropyBytes,
  ledgerEvent,
  type ToolQuestion,
} from '@clawhold/spec';
import type { Asker, Judge } from '../deciding/judge.ts';
import type { Policies } from '../deciding/policies.ts';
import { createTokenSettlement } from '../deciding/token-settlement.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { CarriedLabels } from '../labels/carried-labels.ts';
import { isSecretResult } from '../labels/data-labels.ts';
import type { createProposalAsker } from '../programs/ask-person.ts';
import type { Programs } from '../programs/programs.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import { describeProposal } from '../steps/describe-call.ts';
import type { Withhold } from './withholding.ts';

export interface InferenceParts {
  readonly runs: LiveRuns;
  readonly policies: Policies;
  readonly judge: Judge;
  readonly gateway: Pick<Gateway, 'appendEvents' | 'appendTimeline'>;
  readonly dial: Dial;
  readonly configuration: string;
  readonly scenarios: readonly string[];
  readonly providerKeys: Readonly<Record<string, string>>;
  readonly withhold: Withhold;
  readonly carried: Pick<CarriedLabels, 'note'>;
  readonly programs: Pick<Programs, 'find'>;
  readonly askPerson: ReturnType<typeof createProposalAsker>;
}

/** What the model door asks and tells, put in the words of runs. */
export function inferenceOptions(parts: InferenceParts): InferenceOptions {
  const { runs, policies, judge, gateway, dial, configuration, scenarios, providerKeys, withhold, carried } = parts;
  const { programs } = parts;

  function situation(caller: Pick<ModelCaller, 'run'>): { readonly live: LiveRun; readonly asker: Asker } {
    if (caller.run === undefined) throw new ClawholdError('state_no_sandbox', 'The request belongs to no run.');
    const live = runs.get(caller.run);
    return { live, asker: { run: live.id, snapshot: policies.of(live.agent), usage: live.usage } };
  }
  const settlement = createTokenSettlement();
  const decide = (question: InferenceQuestion | ToolQuestion) =>
    judge.decide(question, situation(question.caller).asker);

  /** The loop tells its own turns, with their words; of a program's only the door knows. */
  function tellTurn(live: LiveRun, tokens: { readonly inputTokens: number; readonly outputTokens: number }): void {
    const program = programs.find(live.id);
    if (program === undefined) return;
    program.budget.use(tokens.inputTokens + tokens.outputTokens);
    const turn = formatId('turn', randomBytes(idEntropyBytes));
    gateway
      .appendTimeline({
        run: live.id,
        bodies: [{ kind: 'turn', turn, agent: live.agent, text: '', calls: [], ...tokens }],
      })
      .catch((error: unknown) => console.error(error));
  }

  return {
    configuration,
    scenarios,
    providerKeys,
    dial,
    decideInference: decide,
    decideTool: decide,
    describeCall(call, caller) {
      const { live } = situation(caller);
      return describeProposal(call, caller, live, programs.find(live.id));
    },
    labelRequest(caller) {
      const { provenance } = situation(caller).live;
      // The loop says what the model has seen; a program in the sandbox can put anything into a question.
      return caller.sandbox === undefined ? provenance.seen : provenance.leaving;
    },
    routeModel(label, caller) {
      const route = modelRoute(label, situation(caller).asker.snapshot);
      // Without an answer nobody knows where; the decision refuses it then.
      return route === undefined || route === 'no answer' ? undefined : route.use;
    },
    withhold: (text, what, caller) => withhold(text, what, situation(caller).live),
    refuse: refusal,
    async before(question, decision, caller) {
      const { live, asker } = situation(question.caller);
      if (question.kind === 'inference' && decision.kind === 'allow') programs.find(live.id)?.budget.takeTurn();
      // What the built-in loop asked and may call is in its next turn; of a program in the sandbox nobody else would tell,
      // nor of a route that led elsewhere.
      const toldByResult =
        caller.sandbox === undefined && !(question.kind === 'inference' && question.asked !== undefined);
      const admission = await judge.admit(question, decision, asker, {
        step: live.steps.current(),
        what: whatIsAsked(question),
        toldByResult,
      });
      if (admission.kind === 'refused') throw new ClawholdError('policy_refused', admission.reason.text);
      if (question.kind === 'inference' && decision.kind === 'allow')
        settlement.reserved(
          live.usage,
          `${question.provider}/${question.model}`,
          admission.reserved,
          priceOf(asker.snapshot, question),
        );
    },
    async askPerson(call, question, decision, caller) {
      const { live } = situation(caller);
      const program = programs.find(live.id);
      // It is asked about when it is carried out, with what is carried out.
      if (question.phase === 'proposed') return { kind: 'yes' };
      if (program === undefined) throw new Error('only the program of a run waits for a person at the door');
      const asker = () => situation(caller).asker;
      return parts.askPerson({ live, asker, questions: program.questions, call, question, decision });
    },
    // A third-party agent's tools run where only their results are seen: those count as read from anywhere.
    async observeToolResult(caller, { tool: named, text }) {
      if (caller.askMeans === 'pass') return;
      const { live, asker } = situation(caller);
      const tool = named ?? 'unknown';
      const isSecret = isSecretResult({ tool, text }, asker.snapshot);
      live.provenance.finished({ tool, arguments: {}, ok: true, text, from: { kind: 'anything' }, isSecret });
      await carried.note(live);
    },
    observeUsage: ({ caller, model, inputTokens, outputTokens, estimated }) => {
      // A run that was stopped meanwhile has nothing left to count for.
      const live = caller.run === undefined ? undefined : runs.find(caller.run);
      if (live !== undefined) settlement.used(live.usage, model, { inputTokens, outputTokens });
      if (live !== undefined) tellTurn(live, { inputTokens, outputTokens });
      // While the run goes on, and whoever asked: the loop in the worker, or a program in the sandbox.
      const body = { model, inputTokens, outputTokens, estimated };
      const origin = { actor: 'supervisor', run: caller.run ?? null } as const;
      gateway
        .appendEvents({ events: [ledgerEvent('model.used', body, origin)] })
        .catch((error: unknown) => console.error(error));
    },
  };
}

function whatIsAsked(question: InferenceQuestion | ToolQuestion): string {
  if (question.kind === 'tool') return `propose ${question.tool}`;
  const { provider, model, asked } = question;
  return `ask ${provider}/${model}${asked === undefined ? '' : ` instead of ${asked}`}`;
}
