import { compileGlob } from '../glob/glob.ts';

/**
 * OpenShell's globs (globset with a literal separator) in ours. Classes, escapes and nested braces have no counterpart:
 * then null. `**` beside text is `*` there.
 */
export function pathGlob(pattern: string): string | null {
  if (pattern === '**') return '/**';
  const plain = plainGlob(pattern);
  if (plain === null) return null;
  const glob = plain
    .split('/')
    .map((segment) => (segment === '**' ? segment : segment.replaceAll('**', '*')))
    .join('/');
  const rooted = glob.startsWith('**/') ? `/${glob}` : glob;
  return compileGlob(rooted, '/').kind === 'ok' ? rooted : null;
}

/** A glob over names, where theirs stop `*` and `?` at a dot and ours do not. */
export interface NameGlob {
  /** Matches all that theirs matches, and names with more dots. */
  readonly pattern: string;
  /** What must be forbidden beside it, so that it matches no more than theirs. */
  readonly cuts: readonly string[];
}

/** Null when ours cannot say it. */
export function nameGlob(pattern: string): NameGlob | null {
  const plain = plainGlob(pattern);
  if (plain === null) return null;
  // A whole segment `**` crosses dots there too; glued to text it is `*`.
  const tokens = plain.match(/(?<![^.])\*\*(?![^.])|\*+|\?|[^*?]+/g) ?? [];
  const words = tokens.map((token, at) => {
    if (!token.startsWith('*')) return { ours: token, cut: token === '?' ? '.' : null };
    const crosses = token === '**' && isSegment(tokens, at);
    return { ours: '*', cut: crosses ? null : '*.*' };
  });
  const join = (replaced: number): string =>
    words
      .map(({ ours, cut }, at) => (at === replaced ? (cut ?? ours) : ours))
      .join('')
      .replaceAll(/\*{2,}/g, '*');
  const whole = join(-1);
  const cuts = words.flatMap(({ cut }, at) => (cut === null ? [] : [join(at)]));
  return [whole, ...cuts].every((text) => compileGlob(text, null).kind === 'ok') ? { pattern: whole, cuts } : null;
}

/** A pattern that matches everything that theirs does, for what forbids: more may match. */
export function widestName(pattern: string): string {
  const wide = pattern.replaceAll('**.', '*').replaceAll(/\*+/g, '*');
  return plainGlob(pattern) !== null && compileGlob(wide, null).kind === 'ok' ? wide : '*';
}

function isSegment(tokens: readonly string[], at: number): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return (before === undefined || before.endsWith('.')) && (after === undefined || after.startsWith('.'));
}

function plainGlob(pattern: string): string | null {
  if (/[[\]\\]|\*{3}|\{,|,,|,\}|\{\}|\{[^}]*[*?{]/.test(pattern)) return null;
  return compileGlob(pattern.replaceAll(/\*+/g, '*'), null).kind === 'ok' ? pattern : null;
}
