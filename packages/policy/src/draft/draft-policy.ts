import { type PolicyDocument, policyDocumentSchema } from '@clawhold/spec';
import { compile } from '../compile/compile.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { closePolicy, type NamedSource, type PolicyLibrary } from '../extends/close-policy.ts';
import type { Problem } from '../load/problem.ts';

export type DraftPolicy =
  | { readonly kind: 'ok'; readonly snapshot: Snapshot }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

const unbounded: PolicyDocument = Object.freeze(policyDocumentSchema.parse({ version: 1 }));

/**
 * Compiles an agent's document to ask it questions, whether or not an installation could enforce all of it.
 *
 * @param ceiling default: one that bounds nothing.
 * @param library what both may extend. Default: nothing.
 */
export function draftPolicy(agent: NamedSource, ceiling?: NamedSource, library?: PolicyLibrary): DraftPolicy {
  const loaded = closePolicy(agent, library);
  const above = ceiling === undefined ? undefined : closePolicy(ceiling, library);
  const problems = [loaded, above].flatMap((found) => (found?.kind === 'invalid' ? found.problems : []));
  if (loaded.kind === 'invalid' || above?.kind === 'invalid') return { kind: 'invalid', problems };
  return compileDraft(loaded.document, above?.document, [agent.name, ceiling?.name ?? 'ceiling']);
}

function compileDraft(
  agent: PolicyDocument,
  ceiling: PolicyDocument = unbounded,
  [agentName, ceilingName]: readonly [string, string],
): DraftPolicy {
  const compiled = compile({ ceiling, agent });
  if (compiled.kind === 'ok') return compiled;
  const problems = compiled.problems.map(({ rule, message }) => ({
    file: rule.layer === 'ceiling' ? ceilingName : agentName,
    line: 0,
    column: 0,
    message: rule.path === '' ? message : `${rule.path}: ${message}`,
  }));
  return { kind: 'invalid', problems };
}
