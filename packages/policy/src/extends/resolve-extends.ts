import { nearestWord } from '@clawhold/documents';
import type { PolicyDocument } from '@clawhold/spec';
import { documentDigest } from '../compile/digest.ts';
import type { Finding } from '../load/problem.ts';
import { mergeDocuments, type NamedDocument } from './merge-documents.ts';
import { readBaseName } from './preset-tenant.ts';

/** The documents that others may extend: the operator's, and the presets that ship. */
export interface PolicyStore {
  readonly names: readonly string[];
  /** Undefined when there is none of this name. */
  find(name: string): PolicyDocument | undefined;
  /** Why a document that is there cannot be extended under this name. Default: it can. */
  refusal?(name: string): string | undefined;
}

export type ResolvedPolicy =
  | {
      readonly kind: 'ok';
      /** Closed: it extends nothing, and what it extended may change or go without changing it. */
      readonly document: PolicyDocument;
      /** SHA-256 of it, lower-case hexadecimal. */
      readonly digest: string;
      /** Everything that went into it, the furthest base first. */
      readonly bases: readonly string[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Finding[] };

const wellFormed =
  /^(?:preset:[a-z0-9][a-z0-9-]*(?:\/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?|[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*)$/;

/**
 * Resolves what a document extends, once, when it is published. Bases add up: lists join, and where two say different
 * things about one key it is an error, because whichever won, the other's author would believe something false. A base
 * that is reached twice counts once.
 */
export function resolveExtends(document: PolicyDocument, store: PolicyStore): ResolvedPolicy {
  const problems: Finding[] = [];
  const bases = new Map<string, PolicyDocument>();
  const follow = (names: readonly string[], chain: readonly string[], at: (index: number) => Finding['path']): void => {
    for (const [index, name] of names.entries()) {
      const problem = nameProblem(name, chain, store);
      const base = problem === undefined ? store.find(name) : undefined;
      if (problem !== undefined || base === undefined) {
        problems.push({ path: at(index), message: problem ?? unknownName(name, store) });
        continue;
      }
      if (bases.has(name)) continue;
      follow(base.extends ?? [], [...chain, name], () => at(index));
      bases.set(name, base);
    }
  };
  follow(document.extends ?? [], [], (index) => ['extends', index]);
  if (problems.length > 0) return { kind: 'invalid', problems };
  const named: readonly NamedDocument[] = [...bases].map(([name, base]) => ({ name, document: base }));
  const merged = mergeDocuments(document, named);
  if (merged.kind === 'conflict') return { kind: 'invalid', problems: merged.problems };
  const closed = merged.document;
  return { kind: 'ok', document: closed, digest: documentDigest(closed), bases: [...bases.keys()] };
}

function nameProblem(name: string, chain: readonly string[], store: PolicyStore): string | undefined {
  if (!wellFormed.test(name))
    return `"${name.slice(0, 80)}" names no document: write \`preset:NAME\`, \`preset:NAME/CUSTOMER\` or \`team/NAME\`; a path or an address is never followed.`;
  if (chain.includes(name)) return `${[...chain, name].join(' extends ')}: that never ends; take one of them out.`;
  return store.refusal?.(name) ?? (store.find(name) === undefined ? unknownName(name, store) : undefined);
}

function unknownName(wanted: string, { names }: PolicyStore): string {
  const name = readBaseName(wanted).reference;
  const meant = nearestWord(name, names);
  if (meant !== undefined) return `There is no \`${name}\`; did you mean \`${meant}\`?`;
  const known = names.length === 0 ? 'there are none here' : `there are ${names.toSorted().join(', ')}`;
  return `There is no \`${name}\`; ${known}.`;
}
