import type { CompiledDeny, CompiledRule, Grounds } from '../compile/compiled-endpoint.ts';
import type { Finds } from '../glob/pattern-sets.ts';
import type { Operation } from '../operation/operation.ts';

/** Of the rules that are found for an operation, the first that asks; when none does, the first that allows. */
export class FirstRule implements Finds<CompiledRule> {
  first: CompiledRule | undefined = undefined;
  /** The first rule whose condition has no answer. */
  unanswered: Grounds | undefined = undefined;
  readonly #operation: Operation;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  push(rule: CompiledRule): void {
    const met = rule.qualifier === null ? true : rule.qualifier(this.#operation);
    if (met === true && (this.first === undefined || comesBefore(rule, this.first))) this.first = rule;
    if (met === undefined && (this.unanswered === undefined || rule.order < this.unanswered.order))
      this.unanswered = rule;
  }
}

function comesBefore(rule: CompiledRule, other: CompiledRule): boolean {
  if (rule.verdict !== other.verdict) return rule.verdict === 'ask';
  return rule.order < other.order;
}

/** Of the denials that are found for an operation, the first. */
export class FirstDeny implements Finds<CompiledDeny> {
  first: Grounds | undefined;
  readonly #operation: Operation;

  /** @param first what is known to forbid it. */
  constructor(operation: Operation, first: Grounds | undefined) {
    this.#operation = operation;
    this.first = first;
  }

  push(deny: CompiledDeny): void {
    if (this.first !== undefined && this.first.order <= deny.order) return;
    // Without an answer it is forbidden.
    if (deny.qualifier === null || deny.qualifier(this.#operation) !== false) this.first = deny;
  }
}
