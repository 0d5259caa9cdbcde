import { ClawholdError, type ProposalSettings, type Service } from '@clawhold/spec';
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
  /** Where `ceiling.yaml` and `policies/` lie, for what a person is told to do. Default: not known here. */
  readonly folder?: string | undefined;
}

/** Every agent's snapshot under one ceiling. It comes whole or not at all. */
export interface Bundle {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly services: Readonly<Record<string, Service>>;
  readonly modelServers: readonly NamedModelServer[];
  /** What the ceiling says about rules that agents ask for. */
  readonly proposalSettings: ProposalSettings | undefined;
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
  const { library, folder } = sources;
  const ceiling = closed(sources.ceiling, { name: 'ceiling.yaml', library, folder });
  const agents = Object.entries(sources.agents).map(([agent, source]) => {
    const name = `policies/${agent}.yaml`;
    return { agent, name, closed: closed(source, { name, library, folder }) };
  });
  const snapshots = agents.map(({ agent, name, closed: { document } }) => {
    const compiled = compile({ ceiling: ceiling.document, agent: document, platformPorts });
    if (compiled.kind === 'ok') return [agent, compiled.snapshot] as const;
    const [first] = compiled.problems;
    const file = first?.rule.layer === 'ceiling' ? 'ceiling.yaml' : name;
    const what = `${file}: ${first?.rule.path ?? ''}: ${first?.message ?? 'not valid'}`;
    throw invalid(what, compiled.problems.length - 1, { name: file, folder });
  });
  return {
    snapshots: new Map(snapshots),
    services: ceiling.document.services ?? {},
    modelServers: modelServers(ceiling.document),
    proposalSettings: ceiling.document.proposals,
    bases: Object.assign({}, ceiling.bases, ...agents.map((agent) => agent.closed.bases)),
  };
}

interface Whereabouts extends Pick<BundleSources, 'folder'> {
  /** From the folder. */
  readonly name: string;
}

function closed(
  source: string,
  where: Whereabouts & Pick<BundleSources, 'library'>,
): Extract<ClosedPolicy, { kind: 'ok' }> {
  const { name, library } = where;
  const found = closePolicy({ name, source }, library);
  if (found.kind === 'ok') return found;
  const { problems } = found;
  const [first] = problems;
  const what = `${first?.file ?? name}:${first?.line ?? 1}: ${first?.message ?? 'not valid'}`;
  throw invalid(what, problems.length - 1, where);
}

function invalid(what: string, others: number, { name, folder }: Whereabouts): ClawholdError {
  const more = others > 0 ? ` (and ${others} more)` : '';
  return new ClawholdError('policy_invalid', `The policy cannot be used. ${what}${more}`, {
    hint: `See all of it with: npx clawhold policy check ${folder === undefined ? name : `${folder}/${name}`}`,
  });
}
