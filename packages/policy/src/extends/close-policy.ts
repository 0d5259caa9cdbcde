import type { PolicyDocument } from '@clawhold/spec';
import { readSource } from '../load/document-source.ts';
import { type Loaded, loadPolicy } from '../load/load.ts';
import type { Problem } from '../load/problem.ts';
import { forTenant, readBaseName, tenantProblem } from './preset-tenant.ts';
import { resolveExtends } from './resolve-extends.ts';

/** A document as text, and what to call it in problems. */
export interface NamedSource {
  readonly name: string;
  readonly source: string;
}

/**
 * Documents that others may extend, as text: by `preset:NAME`, or by folder and name, such as `team/base`. A preset for one
 * customer (`preset:NAME/TENANT`) stands here once, under its own name.
 */
export type PolicyLibrary = Readonly<Record<string, string>>;

export type ClosedPolicy =
  | {
      readonly kind: 'ok';
      /** It extends nothing any more. */
      readonly document: PolicyDocument;
      /** The text of everything that went into it, by name. */
      readonly bases: PolicyLibrary;
      readonly notes: readonly Problem[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Reads a document together with all that it extends. A base that is wrong is named by its own line. */
export function closePolicy({ name, source }: NamedSource, library: PolicyLibrary = {}): ClosedPolicy {
  const own = loadPolicy(source, name);
  if (own.kind === 'invalid') return own;
  const bases = new Map<string, Loaded>();
  const textOf = (base: string): string | undefined => {
    const { reference } = readBaseName(base);
    return Object.hasOwn(library, reference) ? library[reference] : undefined;
  };
  const resolved = resolveExtends(own.document, {
    names: Object.keys(library),
    refusal(base) {
      const text = textOf(base);
      return text === undefined ? undefined : tenantProblem(readBaseName(base), text);
    },
    find(base) {
      const text = textOf(base);
      if (text === undefined) return undefined;
      const loaded = bases.get(base) ?? loadPolicy(forTenant(text, readBaseName(base).tenant ?? ''), base);
      bases.set(base, loaded);
      // One that is wrong is reported below; nobody reads what stands in its place.
      return loaded.kind === 'ok' ? loaded.document : { version: 1 };
    },
  });
  const wrong = [...bases.values()].flatMap((base) => (base.kind === 'invalid' ? base.problems : []));
  if (resolved.kind === 'invalid')
    return { kind: 'invalid', problems: [...placed(resolved.problems, name, source), ...wrong] };
  if (wrong.length > 0) return { kind: 'invalid', problems: wrong };
  return {
    kind: 'ok',
    document: resolved.document,
    bases: Object.fromEntries(resolved.bases.map((base) => [readBaseName(base).reference, textOf(base) ?? ''])),
    notes: own.notes,
  };
}

type Findings = Extract<ReturnType<typeof resolveExtends>, { kind: 'invalid' }>['problems'];

function placed(findings: Findings, name: string, source: string): readonly Problem[] {
  const read = readSource(source, name);
  return read.kind === 'invalid'
    ? read.problems
    : findings.map(({ path, message }) => read.source.problem(path, message));
}
