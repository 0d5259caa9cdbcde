import type { Delimiter } from './glob.ts';
import { type Automaton, automatonOf, runAutomaton } from './glob-automaton.ts';

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
  if (wildcard === undefined) return new Literal(source);
  const at = source.indexOf(wildcard);
  const prefix = flat(source.slice(0, at));
  const suffix = flat(source.slice(at + wildcard.length));
  if (delimiter !== null && hasWholeStars(source, delimiter))
    return new WholeStars(prefix, source.slice(at), delimiter);
  if (wildcard === '?' || /[*?]/.test(suffix)) return new AnyPattern(prefix, automatonOf(source.slice(at), delimiter));
  const across = delimiter === null || wildcard !== '*';
  // `/a/**/b` is also `/a/b`.
  const skips = wildcard !== '*' && delimiter === '/' && suffix !== '';
  return new OneStar(prefix, suffix, across ? null : delimiter, skips ? prefix + suffix.slice(1) : null);
}

/** A copy of its own: a slice of a longer text would have to be read together with that text. */
function flat(text: string): string {
  return text.split('').join('');
}

class Literal implements Pattern {
  readonly prefix: string;
  readonly literal = true;

  constructor(text: string) {
    this.prefix = text;
  }

  matches(text: string): boolean {
    return text === this.prefix;
  }
}

class OneStar implements Pattern {
  readonly prefix: string;
  readonly literal = false;
  readonly #suffix: string;
  readonly #delimiter: Delimiter;
  /** A text that matches besides. */
  readonly #without: string | null;

  constructor(prefix: string, suffix: string, delimiter: Delimiter, without: string | null) {
    this.prefix = prefix;
    this.#suffix = suffix;
    this.#delimiter = delimiter;
    this.#without = without;
  }

  matches(text: string): boolean {
    if (this.#without !== null && text === this.#without) return true;
    const prefix = this.prefix.length;
    const end = text.length - this.#suffix.length;
    if (end < prefix || !text.startsWith(this.prefix) || !text.endsWith(this.#suffix)) return false;
    if (this.#delimiter === null) return true;
    const crossed = text.indexOf(this.#delimiter, prefix);
    return crossed === -1 || crossed >= end;
  }
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

/** The prefix ends with a delimiter; then a star takes all up to the next one. */
class WholeStars implements Pattern {
  readonly prefix: string;
  readonly literal = false;
  readonly #delimiter: string;
  /** What follows each star. */
  readonly #pieces: readonly string[];
  /** The last star is a `**`. */
  readonly #across: boolean;

  constructor(prefix: string, rest: string, delimiter: string) {
    this.prefix = prefix;
    this.#delimiter = delimiter;
    this.#across = rest.endsWith('**');
    this.#pieces = (this.#across ? rest.slice(0, -2) : rest).split('*').slice(1).map(flat);
  }

  matches(text: string): boolean {
    if (!text.startsWith(this.prefix)) return false;
    let at = this.prefix.length;
    for (const piece of this.#pieces) {
      const next = text.indexOf(this.#delimiter, at);
      at = next === -1 ? text.length : next;
      if (!text.startsWith(piece, at)) return false;
      at += piece.length;
    }
    return this.#across || at === text.length;
  }
}

class AnyPattern implements Pattern {
  readonly prefix: string;
  readonly literal = false;
  readonly #automaton: Automaton;

  constructor(prefix: string, automaton: Automaton) {
    this.prefix = prefix;
    this.#automaton = automaton;
  }

  matches(text: string): boolean {
    return text.startsWith(this.prefix) && runAutomaton(this.#automaton, text, this.prefix.length);
  }
}
