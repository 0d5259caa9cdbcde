import { compilePattern, type Pattern } from './glob-pattern.ts';
import { longestPrefix } from './text-reading.ts';

/**
 * What `*` and `?` do not cross: `/` in paths, `.` in hosts, nothing in names of tools and models. `**` crosses
 * everything.
 */
export type Delimiter = '/' | '.' | null;

/** A compiled glob. Matching takes time linear in the text, whatever the pattern. */
export interface Glob {
  /** The characters before the first wildcard; every match starts with them. */
  readonly prefix: string;
  /** True when the pattern matches exactly one text, namely `prefix`. */
  readonly literal: boolean;
  matches(text: string): boolean;
}

export type GlobResult =
  | { readonly kind: 'ok'; readonly glob: Glob }
  | { readonly kind: 'refused'; readonly reason: string };

/** More alternatives than this in one pattern are refused: they multiply. */
const maximumAlternatives = 64;

/**
 * Compiles one pattern of the glob contract (policy.md, architecture/policy.md): `*` matches any characters of one
 * segment, `?` one character of it, `{a,b}` alternatives. `**` is a segment of its own and matches whole segments: in
 * paths none or more before another segment (`/a/**\/b` is also `/a/b`) and at least the empty one at the end (`/a/**`
 * is `/a/` and all below, not `/a`); in hosts one or more. Names without segments have no use for `**`, except alone.
 * There are no classes and no escapes: `[`, `]` and `\` are refused, so that nobody believes that they do something.
 */
export function compileGlob(source: string, delimiter: Delimiter): GlobResult {
  const expanded = expandAlternatives(source);
  if (expanded.kind === 'refused') return expanded;
  const glued = expanded.patterns.find((pattern) => hasGluedStars(pattern, delimiter));
  if (glued !== undefined) return refused(gluedReason(glued, delimiter));
  const patterns = expanded.patterns.map((pattern) => compilePattern(pattern, delimiter));
  return { kind: 'ok', glob: globOf(patterns) };
}

/** Globs that were compiled lately: many rules of a policy have the same pattern, and then share one. */
const lately = new Map<string, readonly Glob[]>();
const mostKept = 1_024;

/** The glob of a pattern that was found to be right when its document was loaded; none for one that was not. */
export function compiledGlobs(source: string, delimiter: Delimiter): readonly Glob[] {
  const key = `${delimiter ?? ' '}${source}`;
  const known = lately.get(key);
  if (known !== undefined) return known;
  const compiled = compileGlob(source, delimiter);
  const globs = compiled.kind === 'ok' ? [compiled.glob] : [];
  if (lately.size >= mostKept) lately.clear();
  lately.set(key, globs);
  return globs;
}

/** Whether `**` stands beside text in its segment, where engines disagree about what it means. */
function hasGluedStars(pattern: string, delimiter: Delimiter): boolean {
  const segments = delimiter === null ? [pattern] : pattern.split(delimiter);
  return segments.some((segment) => segment.includes('**') && segment !== '**');
}

function gluedReason(pattern: string, delimiter: Delimiter): string {
  if (delimiter === null) return `"${pattern}" has ** where one * already matches everything: write *`;
  return `"${pattern}" has ** beside text: ** is a segment of its own (a${delimiter}**${delimiter}b), * is for a part of one`;
}

function globOf(patterns: readonly Pattern[]): Glob {
  const [first] = patterns;
  if (first !== undefined && patterns.length === 1) return Object.freeze(first);
  const prefix = commonPrefix(patterns.map((pattern) => pattern.prefix));
  const matches = (text: string): boolean => patterns.some((pattern) => pattern.matches(text));
  return Object.freeze({ prefix, literal: false, matches });
}

export type Expansion =
  | { readonly kind: 'ok'; readonly patterns: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Writes `{a,b}.c` as `a.c` and `b.c`. */
export function expandAlternatives(source: string): Expansion {
  if (source.length === 0) return refused('a pattern is not empty');
  if (source.length > longestPrefix) return refused(`a pattern has at most ${longestPrefix} characters`);
  const forbidden = /[[\]\\]/.exec(source)?.[0];
  if (forbidden !== undefined)
    return refused(`"${forbidden}" means nothing here: a pattern knows *, **, ? and {a,b} only`);
  let patterns = [''];
  let rest = source;
  while (rest !== '') {
    const open = rest.search(/[{}]/);
    if (open === -1) return { kind: 'ok', patterns: patterns.map((pattern) => pattern + rest) };
    const close = rest.indexOf('}', open);
    const inside = rest.slice(open + 1, close);
    if (rest[open] !== '{' || close === -1) return refused('a brace has no partner');
    if (inside.includes('{')) return refused('alternatives {a,b} do not nest');
    const before = rest.slice(0, open);
    const choices = inside.split(',');
    if (patterns.length * choices.length > maximumAlternatives)
      return refused(`the alternatives multiply to more than ${maximumAlternatives} patterns`);
    patterns = patterns.flatMap((pattern) => choices.map((choice) => pattern + before + choice));
    rest = rest.slice(close + 1);
  }
  return { kind: 'ok', patterns };
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) {
    let same = 0;
    while (same < length && text[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}
