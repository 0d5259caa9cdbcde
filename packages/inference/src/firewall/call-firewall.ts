import { ClawholdError, type Decision, type ToolQuestion } from '@clawhold/spec';
import type { ModelCaller } from '../exchange.ts';
import type { InferenceOptions } from '../options.ts';
import type { CallGate, ProposedCall, Verdict } from './gate.ts';

/** Asks the one decision about every tool call that a model proposes, before any client sees it. */
export class CallFirewall implements CallGate {
  readonly #options: InferenceOptions;
  readonly #caller: ModelCaller;

  constructor(options: InferenceOptions, caller: ModelCaller) {
    this.#options = options;
    this.#caller = caller;
  }

  async judge({ id, tool, arguments: values }: ProposedCall): Promise<Verdict> {
    const { askMeans = 'refuse', denyMeans = 'refuse' } = this.#caller;
    const question = await this.#options.describeCall({ id, tool, arguments: values }, this.#caller);
    const decision = await this.#options.decideTool(question);
    switch (decision.kind) {
      case 'allow':
        return this.#reserve(question, decision);
      case 'ask':
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

  #refuse(question: ToolQuestion, decision: Decision): Verdict {
    const refusal = this.#options.refuse(question, decision);
    const why = refusal.reasons.map(({ text }) => text).join(' ');
    return {
      kind: 'refuse',
      text: `The call of ${question.tool} was not made: it was refused. ${why}\n${JSON.stringify(refusal)}`,
    };
  }
}

function isAway(error: unknown): boolean {
  return error instanceof ClawholdError && (error.status === 503 || error.code === 'channel_lost');
}
