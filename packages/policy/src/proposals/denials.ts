import type { Decision, EgressQuestion, Question } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';

/** Requests of one program to one place that no rule allowed. */
export interface DenialGroup {
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
}

/** Different things that one group keeps; what else was tried there is only counted. */
const keptTries = 50;

interface OpenGroup extends Omit<DenialGroup, 'tried'> {
  readonly tries: Map<string, { readonly question: EgressQuestion; count: number }>;
  count: number;
}

/** Gathers recorded denials that a rule could have prevented, one at a time, so that a ledger of any length fits. */
export class Denials {
  readonly #groups = new Map<string, OpenGroup>();

  /** What a budget, a ceiling, a deny rule or the platform forbids is none of them. */
  add(question: Question, decision: Decision): void {
    if (question.kind !== 'egress' || decision.kind !== 'deny' || decision.reasons[0]?.code !== 'no_rule') return;
    const { caller, host, port, operation } = question;
    const { agent, executable } = caller;
    const protocol = operation === undefined ? 'connection' : (operation.message?.protocol ?? 'http');
    const path = operation?.message === undefined ? undefined : operation.path;
    const key = canonicalJson([agent, executable, host, port, protocol, path]);
    const group = this.#groups.get(key) ?? {
      agent,
      executable,
      host,
      port,
      protocol,
      path,
      tries: new Map(),
      count: 0,
    };
    this.#groups.set(key, group);
    group.count++;
    const what = canonicalJson([operation?.method, operation?.path, operation?.message]);
    const known = group.tries.get(what);
    if (known !== undefined) known.count++;
    else if (group.tries.size < keptTries) group.tries.set(what, { question, count: 1 });
  }

  /** Most frequent first. */
  groups(): readonly DenialGroup[] {
    const groups = [...this.#groups.values()].map(({ tries, ...group }) => ({
      ...group,
      tried: [...tries.values()].toSorted((a, b) => b.count - a.count),
    }));
    return groups.toSorted((a, b) => b.count - a.count);
  }
}
