/** One word of a command. `text` is null when only the shell knows what it becomes: it holds a variable or a pattern. */
export interface ShellWord {
  readonly text: string | null;
  /** `NAME` of a word that reads `NAME=value` before any quote; null for all others. */
  readonly assigns: string | null;
  /** Nothing in it was quoted: then it can be a reserved word. */
  readonly bare: boolean;
}

/** A place in a command where reading stops, because what follows can mean something that is not understood here. */
export class NotUnderstood extends Error {}

/** Reads the commands of a substitution, from after `$(` to after its `)`. */
export type ReadSubstitution = (start: number) => number;

const ends = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);

/** Characters from which a shell makes file names, or several words: bash does in more places than dash. */
const patterns = new Set(['*', '?', '[', ']', '{', '}', '~']);

const variable = /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}|[0-9?#@*$!-])/y;

/**
 * Reads one word that begins at `start`, as the Shell Command Language of POSIX.1-2024 (XCU 2.2 and 2.6) says, and only what
 * dash and bash read alike.
 *
 * @throws NotUnderstood for backquotes, arithmetic, parameters with an operator, and quotes that do not end.
 */
export function readWord(
  source: string,
  start: number,
  readSubstitution: ReadSubstitution,
): { readonly word: ShellWord; readonly end: number } {
  let at = start;
  let text: string | null = '';
  let bare = true;
  const add = (piece: string): void => {
    if (text !== null) text += piece;
  };

  const expansion = (): void => {
    text = null;
    if (source.startsWith('$((', at)) throw new NotUnderstood();
    if (source.startsWith('$(', at)) {
      at = readSubstitution(at + 2);
      return;
    }
    variable.lastIndex = at;
    const found = variable.exec(source)?.[0];
    if (found === undefined) throw new NotUnderstood();
    at += found.length;
  };

  const doubleQuoted = (): void => {
    at++;
    while (source[at] !== '"') {
      const character = source[at];
      if (character === undefined || character === '`') throw new NotUnderstood();
      if (character === '$') expansion();
      else if (character === '\\') {
        const next = source[at + 1] ?? '';
        if (next === '\n' || next === '') throw new NotUnderstood();
        add('$`"\\'.includes(next) ? next : `\\${next}`);
        at += 2;
      } else {
        add(character);
        at++;
      }
    }
    at++;
  };

  while (at < source.length) {
    const character = source[at] ?? '';
    if (ends.has(character)) break;
    if (character === '`') throw new NotUnderstood();
    if (character === "'") {
      const close = source.indexOf("'", at + 1);
      if (close === -1) throw new NotUnderstood();
      add(source.slice(at + 1, close));
      at = close + 1;
      bare = false;
    } else if (character === '"') {
      doubleQuoted();
      bare = false;
    } else if (character === '\\') {
      const next = source[at + 1] ?? '';
      if (next === '\n' || next === '') throw new NotUnderstood();
      add(next);
      at += 2;
      bare = false;
    } else if (character === '$') expansion();
    else {
      if (patterns.has(character) && !isReserved(source, start, at)) text = null;
      else add(character);
      at++;
    }
  }
  const assigns = /^[A-Za-z_]\w*(?=\+?=)/.exec(source.slice(start, at))?.[0] ?? null;
  return { word: { text, assigns, bare }, end: at };
}

/** `{`, `}`, `[`: reserved words or a program when they stand alone. */
function isReserved(source: string, start: number, at: number): boolean {
  const next = source[at + 1];
  return at === start && '{}['.includes(source[at] ?? '*') && (next === undefined || ends.has(next));
}
