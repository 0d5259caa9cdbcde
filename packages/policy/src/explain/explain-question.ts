import { type Decision, noUsage, type Question, type RuleReference } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { decide } from '../decide/decide.ts';
import { sentence } from '../decide/explain.ts';
import { matchEndpoints } from '../decide/match-endpoints.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf } from '../load/endpoint-protocol.ts';

/** An endpoint that is about the host and port of a question. */
export interface LookedAt {
  readonly rule: RuleReference;
  /** Whether it has a say, or a more specific endpoint (or one for this caller) speaks instead. Its denials count either way. */
  readonly decides: boolean;
}

export interface Explanation {
  readonly decision: Decision;
  /** One sentence for a person, with what would allow it when a rule can. */
  readonly sentence: string;
  /** Outermost layer first; only for questions about egress. */
  readonly lookedAt: readonly LookedAt[];
}

/** Says how a question is decided and why, with nothing spent and nothing granted. */
export function explainQuestion(question: Question, snapshot: Snapshot, now: number): Explanation {
  const decision = decide(question, snapshot, noUsage, now);
  return { decision, sentence: sentence(question, decision), lookedAt: lookedAt(question, snapshot) };
}

function lookedAt(question: Question, snapshot: Snapshot): readonly LookedAt[] {
  if (question.kind !== 'egress') return [];
  return snapshot.layers.flatMap((layer) => {
    const deciding = new Set(matchEndpoints(layer, question).selected.map(({ open }) => open.rule.path));
    const policies = Object.entries(snapshot.documents[layer.name]?.network_policies ?? {});
    return policies.flatMap(([name, { endpoints }]) =>
      endpoints.flatMap((endpoint, at) => {
        const hosts = compileHostPattern(endpoint.host);
        const here = hosts.kind === 'ok' && hosts.patterns.some((host) => isOf(question.host, host));
        if (!here || !portsOf(endpoint).includes(question.port)) return [];
        const path = `network_policies.${name}.endpoints[${at}]`;
        return [{ rule: { layer: layer.name, path }, decides: deciding.has(path) }];
      }),
    );
  });
}

type HostPatterns = Extract<ReturnType<typeof compileHostPattern>, { kind: 'ok' }>['patterns'];

function isOf(host: string, { glob, source }: HostPatterns[number]): boolean {
  return glob === null ? source === host : glob.matches(host);
}
