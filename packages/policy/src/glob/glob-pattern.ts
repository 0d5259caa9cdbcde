import type { Delimiter } from './glob.ts';
import { automatonOf, runAutomaton } from './glob-automaton.ts';

/** One pattern without alternatives. */
export interface Pattern {
  /** The characters before the first wildcard. */
  readonly prefix: string;
  /** No wildcard at all. */
  readonly literal: boolean;
  matches(text: string): boolean;
}

/**
 * Compiles one pattern. Nearly all patterns of real policies have one star, or stars that are whole segments, and are
 * compared piece by piece, which also touches the least memory; the others run as an automaton.
 */
export function compilePattern(source: string, delimiter: Delimiter): Pattern {
  const [wildcard] = /\*+|\?/.exec(source) ?? [];
  if (wildcard === undefined) return { prefix: source, literal: true, matches: (text) => text === source };
  const at = source.indexOf(wildcard);
  const prefix = source.slice(0, at);
  const suffix = source.slice(at + wildcard.length);
  if (delimiter !== null && hasWholeStars(source, delimiter)) {
    const matches = wholeStars(source.slice(at), delimiter);
    return { prefix, literal: false, matches: (text) => text.startsWith(prefix) && matches(text, at) };
  }
  if (wildcard === '?' || /[*?]/.test(suffix)) {
    const automaton = automatonOf(source.slice(at), delimiter);
    return { prefix, literal: false, matches: (text) => text.startsWith(prefix) && runAutomaton(automaton, text, at) };
  }
  const across = delimiter === null || wildcard !== '*';
  const plain = oneStar(prefix, suffix, across ? null : delimiter);
  if (wildcard === '*' || delimiter !== '/' || suffix === '') return { prefix, literal: false, matches: plain };
  // `/a/**/b` is also `/a/b`.
  const without = prefix + suffix.slice(1);
  return { prefix, literal: false, matches: (text) => text === without || plain(text) };
}

function oneStar(prefix: string, suffix: string, delimiter: Delimiter): (text: string) => boolean {
  const least = prefix.length + suffix.length;
  return (text) => {
    if (text.length < least || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    if (delimiter === null) return true;
    const crossed = text.indexOf(delimiter, prefix.length);
    return crossed === -1 || crossed >= text.length - suffix.length;
  };
}

/** Whether every star is a segment of its own and only the last segment is `**`: then nothing is ever tried twice. */
function hasWholeStars(source: string, delimiter: string): boolean {
  const segments = source.split(delimiter);
  if (source.includes('?') || segments.filter((segment) => segment.includes('*')).length < 2) return false;
  return segments.every(
    (segment, index) =>
      !segment.includes('*') ||
      segment === '*' ||
      (segment === '**' && index === segments.length - 1 && delimiter === '/'),
  );
}

/** Matches what follows a prefix that ends with a delimiter: a star takes all up to the next delimiter. */
function wholeStars(source: string, delimiter: string): (text: string, start: number) => boolean {
  const across = source.endsWith('**');
  const pieces = (across ? source.slice(0, -2) : source).split('*');
  const last = pieces.length - 1;
  return (text, start) => {
    let at = start;
    for (let index = 1; index <= last; index++) {
      const piece = pieces[index] ?? '';
      const next = text.indexOf(delimiter, at);
      at = next === -1 ? text.length : next;
      if (!text.startsWith(piece, at)) return false;
      at += piece.length;
    }
    return across || at === text.length;
  };
}
