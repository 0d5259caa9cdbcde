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
 * Compiles one pattern. Nearly all patterns of real policies have one star and are compared as a beginning and an end,
 * which also touches the least memory; the others run as an automaton.
 */
export function compilePattern(source: string, delimiter: Delimiter): Pattern {
  const [wildcard] = /\*+|\?/.exec(source) ?? [];
  if (wildcard === undefined) return { prefix: source, literal: true, matches: (text) => text === source };
  const at = source.indexOf(wildcard);
  const prefix = source.slice(0, at);
  const suffix = source.slice(at + wildcard.length);
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
