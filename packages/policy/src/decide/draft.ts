import type { Approvers, Decision, Grant, Obligation, Reason, RuleReference, Usage } from '@clawhold/spec';
import type { Grounds, Snapshot } from '../compile/snapshot.ts';
import { both, isEnough } from './approvers.ts';

/** A decision in the making: what speaks for asking adds up, then grants are looked at, then obligations follow. */
export class Draft {
  readonly #snapshot: Snapshot;
  readonly #asks: Reason[] = [];
  readonly #askRules: RuleReference[] = [];
  #approvers: Approvers | null = null;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** @param approvers who must agree, when one person is not enough or not everyone counts. */
  ask(reason: Reason, rule?: RuleReference, approvers: Approvers | null = null): void {
    // Two layers often have the same rule: both are named as rules, but a person reads the reason once.
    if (!this.#asks.some(({ code, text }) => code === reason.code && text === reason.text)) this.#asks.push(reason);
    if (rule !== undefined) this.#askRules.push(rule);
    if (approvers === null) return;
    this.#approvers = this.#approvers === null ? approvers : both(this.#approvers, approvers);
  }

  deny(reason: Reason, ...rules: readonly RuleReference[]): Decision {
    return {
      kind: 'deny',
      reasons: [reason],
      rules: [...rules],
      obligations: [durable],
      policy: this.#snapshot.digest,
    };
  }

  /**
   * Allows, or asks when anything wants a person and no grant says that one agreed.
   *
   * @param action the digest under which a grant would be found; undefined when none may be used here.
   * @param obligations what an allowed caller must do.
   */
  settle(
    grounds: Grounds | Reason,
    action: string | undefined,
    usage: Usage,
    now: number,
    obligations: Obligation[],
  ): Decision {
    const policy = this.#snapshot.digest;
    if (this.#asks.length === 0) {
      const stated = 'rule' in grounds;
      const reasons = [stated ? grounds.reason : grounds];
      return { kind: 'allow', reasons, rules: stated ? [grounds.rule] : [], obligations, policy };
    }
    const grant = action === undefined ? undefined : usage.grant(action);
    if (grant === undefined || grant.action !== action || !this.#answeredBy(grant, now))
      return { kind: 'ask', reasons: this.#asks, rules: this.#askRules, obligations: this.#askObligations(), policy };
    return {
      kind: 'allow',
      reasons: [agreed, ...this.#asks],
      rules: [{ layer: 'grant', path: grant.approval }, ...this.#askRules],
      obligations: [
        { kind: 'consume_grant', grant: grant.id },
        ...obligations.filter(({ kind }) => kind !== 'record'),
        durable,
      ],
      policy,
    };
  }

  /** What the data is labelled with may have changed since people were asked: fewer agreed then than must now. */
  #answeredBy({ expires, approvers }: Grant, now: number): boolean {
    return Date.parse(expires) > now && (this.#approvers === null || isEnough(approvers, this.#approvers));
  }

  #askObligations(): Obligation[] {
    return this.#approvers === null ? [durable] : [durable, { kind: 'approvers', ...this.#approvers }];
  }
}

export const durable: Obligation = Object.freeze({ kind: 'record', durability: 'durable' });
const summary: Obligation = Object.freeze({ kind: 'record', durability: 'summary' });
const agreed: Reason = Object.freeze({ code: 'grant', text: 'A person agreed to exactly this action.' });

/** Allowed reads are summarised; everything else is on record before it happens (architecture.md, "Durable before the effect"). */
export function recordOf(effect: 'read' | string): Obligation {
  return effect === 'read' ? summary : durable;
}
