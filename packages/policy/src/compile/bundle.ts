import { ClawholdError, type PolicyDocument, type Service } from '@clawhold/spec';
import { type PolicyStore, resolveExtends } from '../extends/resolve-extends.ts';
import { loadPolicy } from '../load/load.ts';
import { compile } from './compile.ts';
import { modelServers, type NamedModelServer } from './model-servers.ts';
import type { Snapshot } from './snapshot.ts';

/** The documents of an installation, as text. */
export interface BundleSources {
  readonly ceiling: string;
  /** By the agent's name. */
  readonly agents: Readonly<Record<string, string>>;
  /** What documents may extend, by `preset:NAME` or `team/NAME`. Default: nothing. */
  readonly library?: Readonly<Record<string, string>>;
}

/** Every agent's snapshot under one ceiling. It comes whole or not at all. */
export interface Bundle {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly services: Readonly<Record<string, Service>>;
  readonly modelServers: readonly NamedModelServer[];
}

/**
 * Loads and compiles the documents of an installation.
 *
 * @param platformPorts ports of the platform itself; no service may lead there.
 * @throws ClawholdError `policy_invalid` with file, line and sentence of the first problem, and how many more there are.
 */
export function compileBundle(sources: BundleSources, platformPorts: readonly number[]): Bundle {
  const library = sources.library ?? {};
  const store: PolicyStore = {
    names: Object.keys(library),
    find: (name) => (Object.hasOwn(library, name) ? load(library[name] ?? '', name) : undefined),
  };
  const ceiling = closed(load(sources.ceiling, 'ceiling.yaml'), 'ceiling.yaml', store);
  const snapshots = Object.entries(sources.agents).map(([agent, source]) => {
    const name = `policies/${agent}.yaml`;
    const compiled = compile({ ceiling, agent: closed(load(source, name), name, store), platformPorts });
    if (compiled.kind === 'ok') return [agent, compiled.snapshot] as const;
    const [first] = compiled.problems;
    const file = first?.rule.layer === 'ceiling' ? 'ceiling.yaml' : name;
    throw invalid(`${file}: ${first?.rule.path ?? ''}: ${first?.message ?? 'not valid'}`, compiled.problems.length - 1);
  });
  return { snapshots: new Map(snapshots), services: ceiling.services ?? {}, modelServers: modelServers(ceiling) };
}

function load(source: string, name: string): PolicyDocument {
  const loaded = loadPolicy(source, name);
  const problems = loaded.kind === 'ok' ? loaded.refusals : loaded.problems;
  const [first] = problems;
  if (loaded.kind === 'ok' && first === undefined) return loaded.document;
  throw invalid(`${name}:${first?.line ?? 1}: ${first?.message ?? 'not valid'}`, problems.length - 1);
}

function closed(document: PolicyDocument, name: string, store: PolicyStore): PolicyDocument {
  const resolved = resolveExtends(document, store);
  if (resolved.kind === 'ok') return resolved.document;
  const [first] = resolved.problems;
  throw invalid(`${name}: ${first?.message ?? 'not valid'}`, resolved.problems.length - 1);
}

function invalid(what: string, others: number): ClawholdError {
  const more = others > 0 ? ` (and ${others} more)` : '';
  return new ClawholdError('policy_invalid', `The policy cannot be used. ${what}${more}`, {
    hint: 'See all of it with: npx clawhold policy check FILE',
  });
}
