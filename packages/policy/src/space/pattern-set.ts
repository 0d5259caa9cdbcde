import type { Delimiter } from '../glob/glob.ts';
import { expandAlternatives } from '../glob/glob.ts';

/**
 * One place in a pattern, and where a character takes whoever stands there. Written apart from the engine that decides:
 * tests hold the two equal.
 */
interface Place {
  /** Taken without a character. */
  readonly free: number[];
  /** Undefined: the end of a pattern. */
  readonly move: { readonly takes: (character: string) => boolean; readonly to: number } | undefined;
  /** Where a character that this place passes over leads: back here, or nowhere. */
  readonly stays: ((character: string) => boolean) | undefined;
  /** Which pattern ends here. */
  readonly ends: number | undefined;
}

/** Where all patterns stand after some text: sorted, without doubles. */
export type Standing = readonly number[];

/** Many globs, read together one character at a time. */
export class PatternSet {
  /** The characters that some pattern spells out; all others are alike. */
  readonly spelt: ReadonlySet<string>;
  readonly start: Standing;
  readonly #places: Place[] = [];
  readonly #delimiter: Delimiter;

  constructor(patterns: readonly string[], delimiter: Delimiter) {
    this.#delimiter = delimiter;
    // A pattern that the language refuses matches nothing.
    const alternatives = patterns.flatMap((pattern, index) => {
      const expanded = expandAlternatives(pattern);
      return expanded.kind === 'ok' ? expanded.patterns.map((source) => ({ source, index })) : [];
    });
    this.start = this.#settle(alternatives.map(({ source, index }) => this.#add(source, index)));
    this.spelt = new Set(alternatives.flatMap(({ source }) => [...source.replaceAll(/[*?]/g, '')]));
  }

  step(standing: Standing, character: string): Standing {
    const next: number[] = [];
    for (const at of standing) {
      const place = this.#places[at];
      if (place?.move?.takes(character) === true) next.push(place.move.to);
      if (place?.stays?.(character) === true) next.push(at);
    }
    return this.#settle(next);
  }

  /** The patterns that match the text that led here, by their position in the list. */
  matched(standing: Standing): readonly number[] {
    const ended = standing.flatMap((at) => this.#places[at]?.ends ?? []);
    return [...new Set(ended)].toSorted((a, b) => a - b);
  }

  /** @returns the place where the pattern begins. */
  #add(pattern: string, index: number): number {
    const delimiter = this.#delimiter;
    const folders = delimiter === '/' ? '\\*\\*/|' : '';
    const tokens = pattern.match(new RegExp(`${folders}\\*+|[^*]`, 'g')) ?? [];
    const first = this.#places.length;
    for (const token of tokens) {
      const at = this.#places.length;
      if (token === '**/') {
        // No segment at all, or anything up to a slash.
        this.#places.push({ free: [at + 1, at + 2], move: undefined, stays: undefined, ends: undefined });
        this.#places.push({
          free: [],
          move: { takes: (c) => c === '/', to: at + 2 },
          stays: () => true,
          ends: undefined,
        });
      } else if (token.startsWith('*')) {
        const within = token === '*' && delimiter !== null;
        const stays = (character: string): boolean => !within || character !== delimiter;
        this.#places.push({ free: [at + 1], move: undefined, stays, ends: undefined });
      } else {
        const takes =
          token === '?'
            ? (character: string): boolean => character !== delimiter
            : (character: string): boolean => character === token;
        this.#places.push({ free: [], move: { takes, to: at + 1 }, stays: undefined, ends: undefined });
      }
    }
    this.#places.push({ free: [], move: undefined, stays: undefined, ends: index });
    return first;
  }

  /** Adds what is reached without a character. */
  #settle(places: readonly number[]): Standing {
    const reached = new Set(places);
    for (const at of reached) for (const free of this.#places[at]?.free ?? []) reached.add(free);
    return [...reached].toSorted((a, b) => a - b);
  }
}
