import { createHash } from 'node:crypto';
import { formatId, idEntropyBytes, type StepId, type TimelineBody } from '@clawhold/spec';
import type { Assignment } from '../assignment.ts';
import { checkCall } from '../check-call.ts';
import type { Conversation } from '../conversation.ts';
import type { AgentHost, ModelAnswer, ModelQuestion, Step, StepResult } from '../host.ts';
import { delegateTool } from '../own-tools.ts';
import { sandboxTools } from '../sandbox-tools.ts';

export interface ScriptedAnswer {
  readonly text?: string;
  /** Tool name on the wire, and arguments as a value or as raw text. */
  readonly calls?: readonly (readonly [tool: string, values: unknown])[];
  readonly cut?: boolean;
  readonly inputTokens?: number;
  readonly milliseconds?: number;
  readonly failure?: string;
  /** With a failure: the server called the request too long. */
  readonly tooLong?: boolean;
}

/** A world for the loop in which everything is decided beforehand and everything asked is kept. */
export class ScriptedHost implements AgentHost {
  readonly questions: ModelQuestion[] = [];
  /** The batches of calls, each with the tools that ran at the same time. */
  readonly batches: (readonly Step[])[] = [];
  readonly shown = new Map<string, readonly TimelineBody[]>();
  changes: readonly string[] | null = [];
  outcome: (step: Step) => Partial<StepResult> = () => ({});
  remembered: Conversation = [];
  readonly #answer: (question: ModelQuestion, index: number) => ScriptedAnswer;

  /** @param answers one for each question, in order; the last one is repeated. */
  constructor(answers: readonly ScriptedAnswer[] | ((question: ModelQuestion, index: number) => ScriptedAnswer)) {
    this.#answer =
      typeof answers === 'function' ? answers : (_, index) => answers[Math.min(index, answers.length - 1)] ?? {};
  }

  async askModel(question: ModelQuestion): Promise<ModelAnswer> {
    const given = this.#answer(question, this.questions.length);
    this.questions.push(question);
    const milliseconds = given.milliseconds ?? 1;
    if (given.failure !== undefined)
      return { kind: 'failed', message: given.failure, tooLong: given.tooLong === true, milliseconds };
    const calls = (given.calls ?? []).map(([name, values], index) => {
      const input = typeof values === 'string' ? values : JSON.stringify(values);
      const { arguments: checked, ...call } = checkCall({ name, input }, question.tools);
      const step: StepId = formatId('step', entropy(`${question.key}/${index}`));
      return { id: `call_${index}`, step, ...call, arguments: { ...checked } };
    });
    return {
      kind: 'answered',
      turn: formatId('turn', entropy(question.key)),
      text: given.text ?? '',
      calls,
      inputTokens: given.inputTokens ?? 10,
      outputTokens: 1,
      cut: given.cut ?? false,
      milliseconds,
    };
  }

  async runSteps(steps: readonly Step[]): Promise<readonly StepResult[]> {
    this.batches.push(steps);
    return steps.map((step) => ({
      outcome: 'ok',
      text: `result of ${step.call.tool}`,
      label: { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] },
      milliseconds: 1,
      ...this.outcome(step),
    }));
  }

  async changedFiles(): Promise<readonly string[] | null> {
    return this.changes;
  }

  async show(key: string, bodies: readonly TimelineBody[]): Promise<void> {
    if (this.shown.has(key)) throw new Error(`"${key}" was shown twice`);
    this.shown.set(key, bodies);
  }

  remember(conversation: Conversation): void {
    this.remembered = conversation;
  }

  /** Names of the tools that ran, batch by batch. */
  get ran(): readonly (readonly string[])[] {
    return this.batches.map((batch) => batch.map(({ call }) => call.tool));
  }

  bodies<Kind extends TimelineBody['kind']>(kind: Kind): Extract<TimelineBody, { kind: Kind }>[] {
    const isWanted = (body: TimelineBody): body is Extract<TimelineBody, { kind: Kind }> => body.kind === kind;
    return [...this.shown.values()].flat().filter(isWanted);
  }
}

function entropy(name: string): Uint8Array {
  return createHash('sha256').update(name).digest().subarray(0, idEntropyBytes);
}

/** An assignment with all tools. */
export function assignment(given: Partial<Assignment> = {}): Assignment {
  return {
    agent: 'default',
    instructions: 'Do it.',
    tools: [...sandboxTools, delegateTool],
    contextTokens: 32_000,
    history: [],
    task: 'the task',
    depth: 0,
    path: '',
    ...given,
  };
}

/** The answer that ends a run as it should. */
export const complete: ScriptedAnswer = {
  calls: [['task_complete', { summary: 'Done.', checks: [{ demand: 'all', evidence: 'seen' }] }]],
};
