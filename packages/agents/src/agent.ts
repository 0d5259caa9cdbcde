import type { Label, PlanItem } from '@clawhold/spec';
import type { AgentResult, Assignment, Ending } from './assignment.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { estimateTokens } from './compaction.ts';
import { describeOutcome, reviewCompletion } from './completion.ts';
import type { Conversation, Entry } from './conversation.ts';
import { fitContext } from './fit-context.ts';
import type { AgentHost, ModelAnswer } from './host.ts';
import { joinLabels, modelLabel } from './label-join.ts';
import { loopLimits } from './loop-limits.ts';
import { completeTool, planTool } from './own-tools.ts';
import { remarks } from './remarks.ts';
import type { Spending } from './spending.ts';
import { UnknownEffects } from './unknown-effects.ts';

/**
 * The built-in loop: ask the model, carry out what it proposes, show it the results, until it says that it is done and
 * the check agrees, or a bound is reached. It does nothing by itself: everything that touches the world is the host's,
 * and everything it decides follows from what the host answered.
 */
export async function runAgent(host: AgentHost, assignment: Assignment, spending: Spending): Promise<AgentResult> {
  const loop = new Loop(host, assignment, spending);
  const ending = await loop.run();
  return { ending, label: loop.label };
}

type Answered = Extract<ModelAnswer, { kind: 'answered' }>;

class Loop {
  readonly #host: AgentHost;
  readonly #assignment: Assignment;
  readonly #spending: Spending;
  readonly #unknown = new UnknownEffects();
  #conversation: Conversation;
  #plan: readonly PlanItem[] = [];
  #calibration = 1;
  #useless = 0;
  #reviews = 0;
  #reminders = 0;
  label: Label = modelLabel;

  constructor(host: AgentHost, assignment: Assignment, spending: Spending) {
    this.#host = host;
    // A sub-agent keeps no plan: the person sees one plan, that of the run.
    const own = assignment.depth === 0 ? [planTool, completeTool] : [completeTool];
    this.#assignment = { ...assignment, tools: [...assignment.tools, ...own] };
    this.#spending = spending;
    this.#conversation = [...assignment.history, { kind: 'task', text: assignment.task }];
  }

  async run(): Promise<Ending> {
    for (let turn = 1; ; turn += 1) {
      const exhausted = this.#spending.exhausted;
      if (exhausted !== undefined) return failed(exhausted);
      const answer = await this.#ask(turn);
      if (answer.kind === 'failed') {
        this.#spending.addWork(answer.milliseconds);
        return failed(this.#spending.exhausted ?? answer.message);
      }
      this.#spending.addTurn(answer);
      const ending = answer.calls.length > 0 ? await this.#act(answer) : this.#answerText(answer);
      this.#host.remember(this.#conversation);
      if (ending !== undefined) return ending;
      if (this.#useless >= loopLimits.uselessTurnsInARow) return failed(this.#describeUseless());
    }
  }

  async #ask(turn: number): Promise<ModelAnswer> {
    for (let shortenings = 0; ; shortenings += 1) {
      const answer = await this.#askOnce(shortenings === 0 ? `${turn}` : `${turn}.${shortenings}`);
      if (answer.kind === 'answered' || !answer.tooLong || shortenings >= loopLimits.shortenings) return answer;
      this.#spending.addWork(answer.milliseconds);
      // Its words take more tokens than we thought, as those of many languages do.
      this.#calibration *= 2;
    }
  }

  async #askOnce(place: string): Promise<ModelAnswer> {
    const { path, agent, instructions, tools } = this.#assignment;
    this.#conversation = await fitContext(this.#host, this.#assignment, this.#spending, {
      conversation: this.#conversation,
      plan: this.#plan,
      calibration: this.#calibration,
      place,
    });
    const key = `${path}turn/${place}`;
    const answer = await this.#host.askModel({
      key,
      agent,
      instructions,
      conversation: this.#conversation,
      tools,
      shown: true,
      milliseconds: this.#spending.remainingMilliseconds,
    });
    if (answer.kind === 'failed') return answer;
    const estimate =
      estimateTokens(instructions) + estimateTokens(JSON.stringify(tools)) + estimateTokens(this.#conversation);
    this.#calibration = Math.max(1, answer.inputTokens / estimate);
    const { text, inputTokens, outputTokens } = answer;
    const calls = answer.calls.map((call) => ({ step: call.step, tool: call.tool, arguments: call.arguments }));
    await this.#host.show(key, [{ kind: 'turn', turn: answer.turn, agent, text, calls, inputTokens, outputTokens }]);
    return answer;
  }

  async #act({ turn, text, calls, cut }: Answered): Promise<Ending | undefined> {
    const done = await carryOut(
      {
        host: this.#host,
        assignment: this.#assignment,
        spending: this.#spending,
        unknown: this.#unknown,
        runSubAgent: runAgent,
      },
      turn,
      calls,
    );
    this.#plan = done.plan ?? this.#plan;
    this.label = joinLabels(this.label, done.label);
    this.#useless = calls.every(({ problem }) => problem !== null) ? this.#useless + 1 : 0;
    this.#reminders = 0;
    const review = done.claim === undefined ? undefined : await this.#review(done.claim);
    const results = review === undefined ? done.results : [...done.results, review.result];
    this.#add({ kind: 'turn', text, calls: [...calls], results: [...results] });
    if (cut) this.#add({ kind: 'remark', text: remarks.cut });
    return review?.ending;
  }

  async #review({ call, words }: NonNullable<CarriedOut['claim']>): Promise<{
    readonly result: { readonly id: string; readonly text: string };
    readonly ending: Ending | undefined;
  }> {
    const changes = words.files.length === 0 ? null : await this.#host.changedFiles(call.step);
    const objections = reviewCompletion({ claim: words, plan: this.#plan, changes });
    const accepted = objections.length === 0 || this.#reviews >= loopLimits.reviews;
    if (!accepted) this.#reviews += 1;
    const text = accepted ? remarks.accepted(objections) : remarks.sentBack(objections);
    await this.#host.show(`${call.step}/review`, [
      {
        kind: 'step.ended',
        step: call.step,
        outcome: accepted ? 'ok' : 'failed',
        output: text,
        label: modelLabel,
        milliseconds: 0,
      },
    ]);
    return {
      result: { id: call.id, text },
      ending: accepted ? { kind: 'finished', ...describeOutcome(words, objections) } : undefined,
    };
  }

  #answerText({ text, cut }: Answered): Ending | undefined {
    const empty = text.trim() === '';
    this.#add({ kind: 'turn', text, calls: [], results: [] });
    if (empty || cut) {
      this.#useless += 1;
      this.#add({ kind: 'remark', text: cut ? remarks.cut : remarks.empty });
      return undefined;
    }
    this.#useless = 0;
    if (this.#reminders < loopLimits.reminders) {
      this.#reminders += 1;
      this.#add({ kind: 'remark', text: remarks.reminder });
      return undefined;
    }
    const note = 'Not verified. The agent ended without checking its result.';
    return { kind: 'finished', outcome: `${note}\n${text}`, selfCheck: 'unverified' };
  }

  #add(entry: Entry): void {
    this.#conversation = [...this.#conversation, entry];
  }

  #describeUseless(): string {
    const last = this.#conversation.findLast((entry) => entry.kind === 'turn');
    const problem = last?.calls.find((call) => call.problem !== null)?.problem;
    const times = loopLimits.uselessTurnsInARow;
    if (problem === undefined || problem === null) return `The model gave no usable answer ${times} times in a row.`;
    return `The model sent malformed tool calls ${times} times in a row; the last: ${problem}`;
  }
}

function failed(outcome: string): Ending {
  return { kind: 'failed', outcome };
}
