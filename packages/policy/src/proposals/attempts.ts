import type { Decision, EgressQuestion, Question, RunId } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';

/** `denied`: no rule allowed it. `learned`: no rule allowed it, and it was let through to learn from it. */
export type AttemptKind = 'denied' | 'learned';

/** Requests of one program to one place that no rule allowed. */
export interface AttemptGroup {
  readonly kind: AttemptKind;
  /** The same for all that this group will ever gather. */
  readonly key: string;
  readonly agent: string;
  /** Undefined: not known which program it was. */
  readonly executable: string | undefined;
  readonly host: string;
  readonly port: number;
  /** What reads it: `connection` when nothing got that far. */
  readonly protocol: string;
  /** The path that the messages of a protocol went to; undefined for HTTP itself, whose rules name paths. */
  readonly path: string | undefined;
  /** What was tried, each once, the most frequent first. */
  readonly tried: readonly { readonly question: EgressQuestion; readonly count: number }[];
  readonly count: number;
  /** The runs that tried it, the latest last. */
  readonly runs: readonly RunId[];
}

/** Different things that one group keeps; what else was tried there is only counted. */
const keptTries = 50;
const keptRuns = 20;

interface OpenGroup extends Omit<AttemptGroup, 'tried' | 'runs'> {
  readonly tries: Map<string, { readonly question: EgressQuestion; count: number }>;
  readonly runs: Set<RunId>;
  count: number;
}

/** Gathers recorded decisions that a rule would have changed, one at a time, so that a ledger of any length fits. */
export class Attempts {
  readonly #groups = new Map<string, OpenGroup>();
  readonly #most: number;

  /** @param most groups that are kept; beyond it the one that was added to longest ago is forgotten. */
  constructor(most: number = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** Says whether it was one. What a budget, a ceiling, a deny rule or the platform forbids is none. */
  add(question: Question, decision: Decision): boolean {
    const kind = kindOf(decision);
    if (question.kind !== 'egress' || kind === undefined) return false;
    const group = this.#groupOf(kind, question);
    group.count++;
    const { operation, caller } = question;
    if (caller.run !== undefined) {
      group.runs.delete(caller.run);
      group.runs.add(caller.run);
      const [oldest] = group.runs;
      if (group.runs.size > keptRuns && oldest !== undefined) group.runs.delete(oldest);
    }
    const what = canonicalJson([operation?.method, operation?.path, operation?.message]);
    const known = group.tries.get(what);
    if (known !== undefined) known.count++;
    else if (group.tries.size < keptTries) group.tries.set(what, { question, count: 1 });
    return true;
  }

  #groupOf(kind: AttemptKind, { caller, host, port, operation }: EgressQuestion): OpenGroup {
    const { agent, executable } = caller;
    const protocol = operation === undefined ? 'connection' : (operation.message?.protocol ?? 'http');
    const path = operation?.message === undefined ? undefined : operation.path;
    const key = canonicalJson([kind, agent, executable ?? null, host, port, protocol, path ?? null]);
    const known = this.#groups.get(key);
    // Put at the end: the first one is always the one that nothing was added to for the longest time.
    this.#groups.delete(key);
    const place = { kind, key, agent, executable, host, port, protocol, path };
    const group = known ?? { ...place, tries: new Map(), runs: new Set(), count: 0 };
    this.#groups.set(key, group);
    const [oldest] = this.#groups.keys();
    if (this.#groups.size > this.#most && oldest !== undefined) this.#groups.delete(oldest);
    return group;
  }

  /** Most frequent first. */
  groups(): readonly AttemptGroup[] {
    const groups = [...this.#groups.values()].map(({ tries, runs, ...group }) => ({
      ...group,
      runs: [...runs],
      tried: [...tries.values()].toSorted((a, b) => b.count - a.count),
    }));
    return groups.toSorted((a, b) => b.count - a.count);
  }
}

function kindOf({ kind, reasons, obligations }: Decision): AttemptKind | undefined {
  if (kind === 'deny') return reasons[0]?.code === 'no_rule' ? 'denied' : undefined;
  return obligations.some((owed) => owed.kind === 'propose') ? 'learned' : undefined;
}
