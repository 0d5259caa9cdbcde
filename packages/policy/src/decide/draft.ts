import type { Approvers, Decision, Grant, Obligation, Reason, RuleReference, Usage } from '@clawhold/spec';
import type { Grounds } from '../compile/compiled-endpoint.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { both, isEnough } from './approvers.ts';

/** Why a person is wanted, and who. */
interface Asked {
  readonly reasons: Reason[];
  readonly rules: RuleReference[];
  approvers: Approvers | null;
}

/** A decision in the making: what speaks for asking adds up, then grants are looked at, then obligations follow. */
export class Draft {
  readonly #snapshot: Snapshot;
  /** Null while nothing speaks for it: most decisions ask nobody. */
  #asked: Asked | null = null;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** @param approvers who must agree, when one person is not enough or not everyone counts. */
  ask(reason: Reason, rule?: RuleReference, approvers: Approvers | null = null): void {
    this.#asked ??= { reasons: [], rules: [], approvers: null };
    const { reasons, rules } = this.#asked;
    // Two layers often have the same rule: both are named as rules, but a person reads the reason once.
    if (!reasons.some(({ code, text }) => code === reason.code && text === reason.text)) reasons.push(reason);
    if (rule !== undefined) rules.push(rule);
    if (approvers === null) return;
    this.#asked.approvers = this.#asked.approvers === null ? approvers : both(this.#asked.approvers, approvers);
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
    const asked = this.#asked;
    if (asked === null) {
      const stated = 'rule' in grounds;
      const reasons = [stated ? grounds.reason : grounds];
      return { kind: 'allow', reasons, rules: stated ? [grounds.rule] : [], obligations, policy };
    }
    const grant = action === undefined ? undefined : usage.grant(action);
    if (grant === undefined || grant.action !== action || !isAnsweredBy(grant, asked, now))
      return { kind: 'ask', reasons: asked.reasons, rules: asked.rules, obligations: askObligations(asked), policy };
    return {
      kind: 'allow',
      reasons: [agreed, ...asked.reasons],
      rules: [{ layer: 'grant', path: grant.approval }, ...asked.rules],
      obligations: [
        { kind: 'consume_grant', grant: grant.id },
        ...obligations.filter(({ kind }) => kind !== 'record'),
        durable,
      ],
      policy,
    };
  }
}

/** What the data is labelled with may have changed since people were asked: fewer agreed then than must now. */
function isAnsweredBy({ expires, approvers: agreeing }: Grant, { approvers }: Asked, now: number): boolean {
  return Date.parse(expires) > now && (approvers === null || isEnough(agreeing, approvers));
}

function askObligations({ approvers }: Asked): Obligation[] {
  return approvers === null ? [durable] : [durable, { kind: 'approvers', ...approvers }];
}

export const durable: Obligation = Object.freeze({ kind: 'record', durability: 'durable' });
const summary: Obligation = Object.freeze({ kind: 'record', durability: 'summary' });
const agreed: Reason = Object.freeze({ code: 'grant', text: 'A person agreed to exactly this action.' });

/** Allowed reads are summarised; everything else is on record before it happens (architecture.md, "Durable before the effect"). */
export function recordOf(effect: 'read' | string): Obligation {
  return effect === 'read' ? summary : durable;
}
