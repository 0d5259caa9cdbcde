import { ClawholdError, type Decision, type ToolCall, type ToolQuestion } from '@clawhold/spec';
import type { ModelCaller } from '../exchange.ts';
import type { InferenceOptions } from '../options.ts';
import type { CallGate, ProposedCall, Verdict } from './gate.ts';

/** Asks the one decision about every tool call that a model proposes, before any client sees it. */
export class CallFirewall implements CallGate {
  readonly #options: InferenceOptions;
  readonly #caller: ModelCaller;
  readonly #placeholders: ReadonlySet<string>;

  /** @param placeholders that stand in the request for what was withheld from the model. */
  constructor(options: InferenceOptions, caller: ModelCaller, placeholders: ReadonlySet<string> = new Set()) {
    this.#options = options;
    this.#caller = caller;
    this.#placeholders = placeholders;
  }

  async judge({ id, tool, arguments: values }: ProposedCall): Promise<Verdict> {
    const { askMeans = 'refuse', denyMeans = 'refuse' } = this.#caller;
    const written = JSON.stringify(values);
    for (const placeholder of this.#placeholders) if (written.includes(placeholder)) return withheld(tool, placeholder);
    const call = { id, tool, arguments: values };
    const question = await this.#options.describeCall(call, this.#caller);
    const decision = await this.#options.decideTool(question);
    switch (decision.kind) {
      case 'allow':
        return this.#reserve(question, decision);
      case 'ask':
        if (askMeans === 'wait') return this.#await(call, question, decision);
        return askMeans === 'pass' ? { kind: 'pass' } : this.#refuse(question, decision);
      case 'deny':
        return denyMeans === 'pass' ? { kind: 'pass' } : this.#refuse(question, decision);
      default:
        return decision.kind satisfies never;
    }
  }

  async #reserve(question: ToolQuestion, decision: Decision): Promise<Verdict> {
    try {
      await this.#options.before(question, decision, this.#caller);
      return { kind: 'pass' };
    } catch (error) {
      // A caller that brings each call to the supervisor hears the decision there, where it is recorded before the effect:
      // a control plane that is away for a moment must not look like a policy's no.
      if (this.#caller.askMeans === 'pass' && isAway(error)) return { kind: 'pass' };
      const why = error instanceof ClawholdError ? error.message : 'A condition of its decision could not be met.';
      return { kind: 'refuse', text: `The call of ${question.tool} was not made: it was refused. ${why}` };
    }
  }

  async #await(call: ToolCall, question: ToolQuestion, decision: Decision): Promise<Verdict> {
    const answer = await this.#options.askPerson(call, question, decision, this.#caller);
    if (answer.kind === 'yes') return { kind: 'pass' };
    return { kind: 'refuse', text: `The call of ${question.tool} was not made: it was refused. ${answer.why}` };
  }

  /** Nobody asks again, so what is refused here is recorded here. */
  async #refuse(question: ToolQuestion, decision: Decision): Promise<Verdict> {
    await this.#options.before(question, decision, this.#caller);
    const refusal = this.#options.refuse(question, decision);
    const why = refusal.reasons.map(({ text }) => text).join(' ');
    return {
      kind: 'refuse',
      text: `The call of ${question.tool} was not made: it was refused. ${why}\n${JSON.stringify(refusal)}`,
    };
  }
}

/** A placeholder in a file, or in a payment, would take the place of what it stands for. */
function withheld(tool: string, placeholder: string): Verdict {
  return {
    kind: 'refuse',
    text:
      `The call of ${tool} was not made: it holds ${placeholder}, which stands for something that the policy withholds ` +
      'from models (inference.redact). It is not put back into calls. Work without it, or let a program in the sandbox ' +
      'copy it from where it stands.',
  };
}

function isAway(error: unknown): boolean {
  return error instanceof ClawholdError && (error.status === 503 || error.code === 'channel_lost');
}
