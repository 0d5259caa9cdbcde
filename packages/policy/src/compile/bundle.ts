import { ClawholdError, type Service } from '@clawhold/spec';
import { type ClosedPolicy, closePolicy, type PolicyLibrary } from '../extends/close-policy.ts';
import { compile } from './compile.ts';
import { modelServers, type NamedModelServer } from './model-servers.ts';
import type { Snapshot } from './snapshot.ts';

/** The documents of an installation, as text. */
export interface BundleSources {
  readonly ceiling: string;
  /** By the agent's name. */
  readonly agents: Readonly<Record<string, string>>;
  /** What documents may extend, by `preset:NAME` or `team/NAME`. Default: nothing. */
  readonly library?: PolicyLibrary | undefined;
}

/** Every agent's snapshot under one ceiling. It comes whole or not at all. */
export interface Bundle {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly services: Readonly<Record<string, Service>>;
  readonly modelServers: readonly NamedModelServer[];
  /** What of the library went into it: these texts and the documents make the same bundle anywhere. */
  readonly bases: PolicyLibrary;
}

/**
 * Loads and compiles the documents of an installation.
 *
 * @param platformPorts ports of the platform itself; no service may lead there.
 * @throws ClawholdError `policy_invalid` with file, line and sentence of the first problem, and how many more there are.
 */
export function compileBundle(sources: BundleSources, platformPorts: readonly number[]): Bundle {
  const ceiling = closed(sources.ceiling, 'ceiling.yaml', sources.library);
  const agents = Object.entries(sources.agents).map(([agent, source]) => {
    const name = `policies/${agent}.yaml`;
    return { agent, name, closed: closed(source, name, sources.library) };
  });
  const snapshots = agents.map(({ agent, name, closed: { document } }) => {
    const compiled = compile({ ceiling: ceiling.document, agent: document, platformPorts });
    if (compiled.kind === 'ok') return [agent, compiled.snapshot] as const;
    const [first] = compiled.problems;
    const file = first?.rule.layer === 'ceiling' ? 'ceiling.yaml' : name;
    throw invalid(`${file}: ${first?.rule.path ?? ''}: ${first?.message ?? 'not valid'}`, compiled.problems.length - 1);
  });
  return {
    snapshots: new Map(snapshots),
    services: ceiling.document.services ?? {},
    modelServers: modelServers(ceiling.document),
    bases: Object.assign({}, ceiling.bases, ...agents.map((agent) => agent.closed.bases)),
  };
}

function closed(
  source: string,
  name: string,
  library: PolicyLibrary | undefined,
): Extract<ClosedPolicy, { kind: 'ok' }> {
  const found = closePolicy({ name, source }, library);
  const problems = found.kind === 'ok' ? found.refusals : found.problems;
  const [first] = problems;
  if (found.kind === 'ok' && first === undefined) return found;
  throw invalid(`${first?.file ?? name}:${first?.line ?? 1}: ${first?.message ?? 'not valid'}`, problems.length - 1);
}

function invalid(what: string, others: number): ClawholdError {
  const more = others > 0 ? ` (and ${others} more)` : '';
  return new ClawholdError('policy_invalid', `The policy cannot be used. ${what}${more}`, {
    hint: 'See all of it with: npx clawhold policy check FILE',
  });
}
