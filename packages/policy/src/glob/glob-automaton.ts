import type { Delimiter } from './glob.ts';

/**
 * A pattern as a nondeterministic automaton, run bit by bit (Baeza-Yates and Gonnet's Shift-And, "A new approach to text
 * searching", 1992). State `i` means that `i` single-character tokens have matched; a star is a loop on the state before
 * the token that follows it. `**` with a delimiter after it may stand for no segment at all: whoever enters the state
 * before that delimiter enters the one behind it too. Nothing ever backtracks.
 */
export interface Automaton {
  /** UTF-16 code of the delimiter, or -1. */
  readonly delimiterCode: number;
  readonly words: number;
  /** Bit `i`: token `i` takes this character. */
  readonly takes: ReadonlyMap<number, Uint32Array>;
  /** Bit `i`: token `i` is `?`. For characters that {@link takes} does not list. */
  readonly takesAny: Uint32Array;
  readonly takesDelimiter: Uint32Array;
  readonly loopsWithin: Uint32Array;
  readonly loopsAcross: Uint32Array;
  /** Bit `i`: entering state `i` from the state before it also enters state `i + 1`. */
  readonly skips: Uint32Array;
  readonly tokens: number;
}

type Token = { readonly kind: 'character'; readonly code: number } | { readonly kind: 'any' };

export function automatonOf(pattern: string, delimiter: Delimiter): Automaton {
  const { tokens, within, across, skips } = tokenise(pattern, delimiter);
  const delimiterCode = delimiter === null ? -1 : delimiter.charCodeAt(0);
  const words = Math.floor(tokens.length / 32) + 1;
  const bits = (states: Iterable<number>): Uint32Array => {
    const mask = new Uint32Array(words);
    for (const state of states) mask[state >>> 5] = (mask[state >>> 5] ?? 0) | (1 << (state & 31));
    return mask;
  };
  const takes = (code: number | undefined): Uint32Array =>
    bits(
      [...tokens.keys()].filter((index) => {
        const token = tokens[index];
        return token?.kind === 'any' ? code !== delimiterCode : token?.code === code;
      }),
    );
  const codes = new Set(tokens.flatMap((token) => (token.kind === 'character' ? [token.code] : [])));
  return {
    delimiterCode,
    words,
    takes: new Map([...codes].map((code) => [code, takes(code)])),
    takesAny: takes(undefined),
    takesDelimiter: takes(delimiterCode),
    loopsWithin: bits(within),
    loopsAcross: bits(across),
    skips: bits(skips),
    tokens: tokens.length,
  };
}

interface Tokens {
  readonly tokens: readonly Token[];
  readonly within: ReadonlySet<number>;
  readonly across: ReadonlySet<number>;
  readonly skips: ReadonlySet<number>;
}

function tokenise(pattern: string, delimiter: Delimiter): Tokens {
  const tokens: Token[] = [];
  const within = new Set<number>();
  const across = new Set<number>();
  const skips = new Set<number>();
  // Several `**` in a row reach no further than one.
  const source = delimiter === '/' ? pattern.replaceAll(/\*\*\/(?:\*\*\/)+/g, '**/') : pattern;
  for (const { 0: part, index } of source.matchAll(/\*+|[^*]/g)) {
    if (part === '*') within.add(tokens.length);
    else if (part.startsWith('*')) {
      across.add(tokens.length);
      // Paths only: `**.example.com` is one label or more.
      if (delimiter === '/' && source[index + part.length] === '/') skips.add(tokens.length);
    } else tokens.push(part === '?' ? { kind: 'any' } : { kind: 'character', code: part.charCodeAt(0) });
  }
  return { tokens, within, across, skips };
}

/** Whether everything from `start` on matches. */
export function runAutomaton(automaton: Automaton, text: string, start: number): boolean {
  return automaton.words === 1 ? runSmall(automaton, text, start) : runLarge(automaton, text, start);
}

/** Up to 31 tokens: all states fit one number. */
function runSmall(automaton: Automaton, text: string, start: number): boolean {
  const { delimiterCode, takes, tokens } = automaton;
  const takesAny = automaton.takesAny[0] ?? 0;
  const takesDelimiter = automaton.takesDelimiter[0] ?? 0;
  const within = automaton.loopsWithin[0] ?? 0;
  const across = automaton.loopsAcross[0] ?? 0;
  const skips = automaton.skips[0] ?? 0;
  let states = 1 | ((skips & 1) << 1);
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isDelimiter = code === delimiterCode;
    const taking = isDelimiter ? takesDelimiter : (takes.get(code)?.[0] ?? takesAny);
    const entered = (states & taking) << 1;
    states = entered | ((entered & skips) << 1) | (states & (across | (isDelimiter ? 0 : within)));
    if (states === 0) return false;
  }
  return (states & (1 << tokens)) !== 0;
}

function runLarge(automaton: Automaton, text: string, start: number): boolean {
  const { delimiterCode, takes, takesAny, takesDelimiter, loopsWithin, loopsAcross, skips, words, tokens } = automaton;
  const states = new Uint32Array(words);
  states[0] = 1 | (((skips[0] ?? 0) & 1) << 1);
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isDelimiter = code === delimiterCode;
    const taking = isDelimiter ? takesDelimiter : (takes.get(code) ?? takesAny);
    let carry = 0;
    let skipCarry = 0;
    for (let word = 0; word < words; word++) {
      const current = states[word] ?? 0;
      const moved = current & (taking[word] ?? 0);
      const loops = (loopsAcross[word] ?? 0) | (isDelimiter ? 0 : (loopsWithin[word] ?? 0));
      const entered = (moved << 1) | carry;
      const skipped = entered & (skips[word] ?? 0);
      states[word] = entered | (skipped << 1) | skipCarry | (current & loops);
      carry = moved >>> 31;
      skipCarry = skipped >>> 31;
    }
  }
  return ((states[tokens >>> 5] ?? 0) & (1 << (tokens & 31))) !== 0;
}
