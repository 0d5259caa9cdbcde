import { type Label, type PlanItem, planItemSchema, type TurnId } from '@clawhold/spec';
import type { AgentTool } from './agent-tool.ts';
import type { AgentRunner, Assignment } from './assignment.ts';
import { batchCalls } from './batches.ts';
import type { CallResult, ProposedCall } from './conversation.ts';
import { delegate } from './delegate.ts';
import type { AgentHost, StepResult } from './host.ts';
import { joinLabels, modelLabel } from './label-join.ts';
import {
  type CompletionClaim,
  completeSchema,
  completeTool,
  delegateTool,
  planTool,
  planUpdateSchema,
} from './own-tools.ts';
import { remarks } from './remarks.ts';
import type { Spending } from './spending.ts';
import type { UnknownEffects } from './unknown-effects.ts';

/** What became of all calls of one turn. */
export interface CarriedOut {
  /** One for each call but `claim.call`, whose answer the review writes. */
  readonly results: readonly CallResult[];
  /** The new plan, when the model wrote one. */
  readonly plan: readonly PlanItem[] | undefined;
  readonly claim: { readonly call: ProposedCall; readonly words: CompletionClaim } | undefined;
  /** The join of everything that came back. */
  readonly label: Label;
}

export interface Scene {
  readonly host: AgentHost;
  readonly assignment: Assignment;
  readonly spending: Spending;
  readonly unknown: UnknownEffects;
  readonly runSubAgent: AgentRunner;
}

/** Carries out the calls of a turn: effects in the model's order, reads beside each other at the same time. */
export async function carryOut(scene: Scene, turn: TurnId, calls: readonly ProposedCall[]): Promise<CarriedOut> {
  const results: CallResult[] = [];
  let label = modelLabel;
  let plan: readonly PlanItem[] | undefined;
  let claim: CarriedOut['claim'];

  for (const batch of batchCalls(calls, (call) => isSandboxRead(call, scene.assignment.tools))) {
    const [call] = batch;
    if (call === undefined) continue;
    if (call.problem === null && call.tool === completeTool.name && claim === undefined) {
      claim = { call, words: completeSchema.parse(call.arguments) };
      continue;
    }
    if (call.problem === null && call.tool === planTool.name) plan = planUpdateSchema.parse(call.arguments).items;
    const answers = isLocal(scene, call) ? [await answerLocally(scene, call)] : await runInSandbox(scene, turn, batch);
    batch.forEach((asked, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      results.push({ id: asked.id, text: answer.text });
      label = joinLabels(label, answer.label);
    });
  }
  return { results, plan, claim, label };
}

const ownToolNames: readonly string[] = [planTool.name, delegateTool.name, completeTool.name];

function isSandboxRead(call: ProposedCall, tools: readonly AgentTool[]): boolean {
  if (call.problem !== null || ownToolNames.includes(call.tool)) return false;
  return tools.find(({ name }) => name === call.tool)?.effectOf(call.arguments) === 'read';
}

/** Whether the loop answers by itself: its own tools, and calls that must not or cannot be carried out. */
function isLocal({ unknown }: Scene, call: ProposedCall): boolean {
  return call.problem !== null || ownToolNames.includes(call.tool) || unknown.has(call);
}

async function runInSandbox(
  scene: Scene,
  turn: TurnId,
  calls: readonly ProposedCall[],
): Promise<readonly StepResult[]> {
  const { host, assignment, spending, unknown } = scene;
  const authority = assignment.tools.map(({ name }) => name).filter((name) => !ownToolNames.includes(name));
  const milliseconds = spending.remainingMilliseconds;
  const answers = await host.runSteps(calls.map((call) => ({ call, turn, authority, milliseconds })));
  // They ran at the same time: the longest counts.
  spending.addWork(Math.max(...answers.map((answer) => answer.milliseconds)));
  answers.forEach((answer, index) => {
    const call = calls[index];
    if (answer.outcome === 'unknown' && call !== undefined) unknown.add(call);
  });
  return answers;
}

async function answerLocally(scene: Scene, call: ProposedCall): Promise<StepResult> {
  const { host, assignment } = scene;
  if (call.problem === null && call.tool === delegateTool.name) return delegate(scene, call);
  const { ok, text } = localWords(scene, call);
  const answer: StepResult = { outcome: ok ? 'ok' : 'failed', text, label: modelLabel, milliseconds: 0 };
  const isPlan = ok && call.tool === planTool.name && assignment.depth === 0;
  await host.show(`${call.step}/local`, [
    ...(isPlan ? [{ kind: 'plan' as const, items: planItems(call) }] : []),
    {
      kind: 'step.ended',
      step: call.step,
      outcome: ok ? 'ok' : 'failed',
      output: text,
      label: answer.label,
      milliseconds: 0,
    },
  ]);
  return answer;
}

function localWords({ unknown }: Scene, call: ProposedCall): { readonly ok: boolean; readonly text: string } {
  if (call.problem !== null) return { ok: false, text: call.problem };
  if (unknown.has(call)) return { ok: false, text: remarks.repeatOfUnknown };
  if (call.tool === planTool.name)
    return {
      ok: true,
      text:
        planItems(call)
          .map(({ state, title }) => `- [${state}] ${title}`)
          .join('\n') || 'The plan is empty.',
    };
  return { ok: false, text: 'Only one claim to be done is looked at in a turn.' };
}

function planItems(call: ProposedCall): PlanItem[] {
  return planUpdateSchema.parse(call.arguments).items.map((item) => planItemSchema.parse(item));
}
