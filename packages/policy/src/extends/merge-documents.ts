import type { PolicyDocument } from '@clawhold/spec';
import { canonicalJson } from '../compile/digest.ts';
import type { Finding } from '../load/problem.ts';

export interface NamedDocument {
  readonly name: string;
  readonly document: PolicyDocument;
}

export type Merged =
  | { readonly kind: 'ok'; readonly document: PolicyDocument }
  | { readonly kind: 'conflict'; readonly problems: readonly Finding[] };

/** What a document says about itself, which nobody inherits. */
const own: ReadonlySet<string> = new Set(['version', 'name', 'description', 'extends', 'mode', 'learn']);

interface Said {
  readonly value: unknown;
  readonly by: string;
}

/** Puts bases and a document together; what two of them say differently is a conflict that names both. */
export function mergeDocuments(document: PolicyDocument, bases: readonly NamedDocument[]): Merged {
  const problems: Finding[] = [];
  for (const { name, document: base } of bases)
    if (base.mode === 'learn')
      problems.push({ path: ['extends'], message: `\`${name}\` learns, and nobody learns for another; take it out.` });
  const parts = [...bases, { name: 'this document', document }];
  const merged: Record<string, unknown> = {};
  for (const key of new Set(parts.flatMap((part) => Object.keys(part.document)))) {
    if (own.has(key)) continue;
    const said = parts.flatMap(({ name, document: part }): readonly Said[] => {
      const value: unknown = Reflect.get(part, key);
      return value === undefined ? [] : [{ value, by: name }];
    });
    if (said.length > 0) merged[key] = mergeValues(said, [key], problems);
  }
  if (problems.length > 0) return { kind: 'conflict', problems };
  const { extends: _resolved, ...itself } = document;
  return { kind: 'ok', document: { ...itself, ...merged } };
}

/** Objects join key by key, lists one after the other; everything else must be said in one way. */
function mergeValues(said: readonly Said[], path: readonly string[], problems: Finding[]): unknown {
  const [first, ...others] = said;
  if (first === undefined || others.length === 0) return first?.value;
  if (said.every(({ value }) => Array.isArray(value))) return joinLists(said);
  if (joinsByKey(path) && said.every(({ value }) => isRecord(value))) return joinRecords(said, path, problems);
  const different = others.find(({ value }) => canonicalJson(value) !== canonicalJson(first.value));
  if (different !== undefined)
    problems.push({
      path: ['extends'],
      message: `\`${path.join('.')}\` says one thing in ${quoted(first.by)} and another in ${quoted(different.by)}; let one of them say it.`,
    });
  return first.value;
}

/** Sections, and what stands in them by name. What has one meaning as a whole, such as a network policy, joins with nothing. */
function joinsByKey(path: readonly string[]): boolean {
  return path.length === 1 || (path.length === 2 && path[0] === 'inference' && path[1] === 'prices');
}

function joinLists(said: readonly Said[]): readonly unknown[] {
  const items = said.flatMap(({ value }) => (Array.isArray(value) ? value : []));
  return [...new Map(items.map((item: unknown) => [canonicalJson(item), item])).values()];
}

function joinRecords(said: readonly Said[], path: readonly string[], problems: Finding[]): Record<string, unknown> {
  const keys = new Set(said.flatMap(({ value }) => (isRecord(value) ? Object.keys(value) : [])));
  return Object.fromEntries(
    [...keys].map((key) => {
      const inner = said.flatMap(({ value, by }) =>
        isRecord(value) && Object.hasOwn(value, key) && value[key] !== undefined ? [{ value: value[key], by }] : [],
      );
      return [key, mergeValues(inner, [...path, key], problems)];
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(name: string): string {
  return name === 'this document' ? name : `\`${name}\``;
}
