import type { Delimiter } from './glob.ts';

/**
 * One pattern without alternatives as a nondeterministic automaton, run bit by bit (Baeza-Yates and Gonnet's Shift-And,
 * "A new approach to text searching", 1992). State `i` means that `i` single-character tokens have matched; a star is a
 * loop on the state before the token that follows it, so there are no empty transitions and nothing ever backtracks.
 */
export interface Program {
  /** The characters before the first wildcard, compared as a string. */
  readonly prefix: string;
  /** No wildcard at all. */
  readonly literal: boolean;
  /** Nothing but `**` after the prefix. */
  readonly open: boolean;
  readonly delimiterCode: number;
  readonly words: number;
  /** Bit `i`: token `i` takes this character. */
  readonly takes: ReadonlyMap<number, Uint32Array>;
  /** Bit `i`: token `i` is `?`. For characters that {@link takes} does not list. */
  readonly takesAny: Uint32Array;
  readonly takesDelimiter: Uint32Array;
  readonly loopsWithin: Uint32Array;
  readonly loopsAcross: Uint32Array;
  readonly tokens: number;
}

type Token = { readonly kind: 'character'; readonly code: number } | { readonly kind: 'any' };

const noDelimiter = -1;

export function programOf(pattern: string, delimiter: Delimiter): Program {
  const wildcard = pattern.search(/[*?]/);
  const prefix = wildcard === -1 ? pattern : pattern.slice(0, wildcard);
  const { tokens, within, across } = tokenise(pattern.slice(prefix.length));
  const words = Math.floor(tokens.length / 32) + 1;
  const bits = (states: Iterable<number>): Uint32Array => {
    const mask = new Uint32Array(words);
    for (const state of states) mask[state >>> 5] = (mask[state >>> 5] ?? 0) | (1 << (state & 31));
    return mask;
  };
  const indexes = [...tokens.keys()];
  const takes = (code: number | undefined): Uint32Array =>
    bits(
      indexes.filter((index) => {
        const token = tokens[index];
        return token?.kind === 'any' ? code !== delimiterCode : token?.code === code;
      }),
    );
  const delimiterCode = delimiter === null ? noDelimiter : delimiter.charCodeAt(0);
  const codes = new Set(tokens.flatMap((token) => (token.kind === 'character' ? [token.code] : [])));
  return {
    prefix,
    literal: wildcard === -1,
    open: tokens.length === 0 && (across.size > 0 || (delimiter === null && within.size > 0)),
    delimiterCode,
    words,
    takes: new Map([...codes].map((code) => [code, takes(code)])),
    takesAny: takes(undefined),
    takesDelimiter: takes(delimiterCode),
    loopsWithin: bits(within),
    loopsAcross: bits(across),
    tokens: tokens.length,
  };
}

function tokenise(rest: string): { tokens: readonly Token[]; within: Set<number>; across: Set<number> } {
  const tokens: Token[] = [];
  const within = new Set<number>();
  const across = new Set<number>();
  for (const [part] of rest.matchAll(/\*+|[^*]/g)) {
    if (part === '*') within.add(tokens.length);
    else if (part.startsWith('*')) across.add(tokens.length);
    else tokens.push(part === '?' ? { kind: 'any' } : { kind: 'character', code: part.charCodeAt(0) });
  }
  return { tokens, within, across };
}

/** Whether the whole text matches. */
export function matchTokens(program: Program, text: string): boolean {
  if (program.literal) return text === program.prefix;
  if (!text.startsWith(program.prefix)) return false;
  return program.words === 1 ? matchNarrow(program, text) : matchWide(program, text);
}

/** At most 31 tokens after the prefix: the set of states is one number. */
function matchNarrow(program: Program, text: string): boolean {
  const { delimiterCode, takes } = program;
  const within = program.loopsWithin[0] ?? 0;
  const across = program.loopsAcross[0] ?? 0;
  const any = program.takesAny[0] ?? 0;
  const delimiter = program.takesDelimiter[0] ?? 0;
  let states = 1;
  for (let index = program.prefix.length; index < text.length && states !== 0; index++) {
    const code = text.charCodeAt(index);
    const isDelimiter = code === delimiterCode;
    const taking = isDelimiter ? delimiter : (takes.get(code)?.[0] ?? any);
    states = ((states & taking) << 1) | (states & (isDelimiter ? across : across | within));
  }
  return (states & (1 << program.tokens)) !== 0;
}

function matchWide(program: Program, text: string): boolean {
  const { delimiterCode, takes, takesAny, takesDelimiter, loopsWithin, loopsAcross, words } = program;
  const states = new Uint32Array(words);
  states[0] = 1;
  for (let index = program.prefix.length; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isDelimiter = code === delimiterCode;
    const taking = isDelimiter ? takesDelimiter : (takes.get(code) ?? takesAny);
    let carry = 0;
    for (let word = 0; word < words; word++) {
      const current = states[word] ?? 0;
      const moved = current & (taking[word] ?? 0);
      const loops = (loopsAcross[word] ?? 0) | (isDelimiter ? 0 : (loopsWithin[word] ?? 0));
      states[word] = (moved << 1) | carry | (current & loops);
      carry = moved >>> 31;
    }
  }
  return ((states[program.tokens >>> 5] ?? 0) & (1 << (program.tokens & 31))) !== 0;
}
