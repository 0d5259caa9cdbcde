import { NotUnderstood, readWord, type ShellWord } from './shell-word.ts';

/** The words of one simple command, assignments before it included. */
export type SimpleCommand = readonly ShellWord[];

/** Reserved words that only stand between commands. */
const between = new Set(['!', '{', '}', 'if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done']);
/** What changes how the rest is read, in dash or in bash. */
const beyond = new Set(['case', 'esac', 'function', 'select', 'coproc', 'time', '[[', ']]', 'in']);

const deepest = 16;

function isReserved(text: string | null): text is string {
  return text !== null && (between.has(text) || beyond.has(text) || text === 'for');
}

/**
 * Finds all simple commands of a shell command, those in loops, conditions, subshells and substitutions included.
 *
 * @throws NotUnderstood when the command holds anything that is not plainly one of these.
 */
export function simpleCommands(source: string): readonly SimpleCommand[] {
  const found: SimpleCommand[] = [];
  const end = readList(source, 0, found, 0);
  if (end < source.length) throw new NotUnderstood();
  return found;
}

/** Reads commands up to the end, or to the `)` that closes the list; returns where it stopped. */
function readList(source: string, start: number, found: SimpleCommand[], depth: number): number {
  if (depth > deepest) throw new NotUnderstood();
  const substitution = (at: number): number => closing(source, readList(source, at, found, depth + 1));
  let words: ShellWord[] = [];
  /** The words after `for` are a name and values, up to the end of that line. */
  let ofLoop = false;
  /** A redirection came before: whether what follows can be a reserved word is not the same in all shells. */
  let redirected = false;
  let at = start;

  const endCommand = (): void => {
    if (ofLoop) found.push(loopVariable(words));
    else if (words.length > 0) found.push(words);
    words = [];
    ofLoop = false;
    redirected = false;
  };

  while (at < source.length) {
    const character = source[at] ?? '';
    if (character === ' ' || character === '\t') at++;
    else if (character === '#') at = lineEnd(source, at);
    else if (character === ')') break;
    else if (character === '(') {
      // After a word it would be a function, and two are arithmetic in bash.
      if (words.length > 0 || ofLoop || redirected || source[at + 1] === '(') throw new NotUnderstood();
      at = closing(source, readList(source, at + 1, found, depth + 1));
      at = afterCompound(source, at);
    } else if (character === '\n' || character === ';' || character === '&' || character === '|') {
      if (source.startsWith(';;', at) || source.startsWith('|&', at) || source.startsWith('&>', at))
        throw new NotUnderstood();
      endCommand();
      at++;
    } else if (character === '<' || character === '>') {
      at = redirection(source, at, substitution);
      redirected = true;
    } else {
      const { word, end } = readWord(source, at, substitution);
      at = end;
      // The number of a file descriptor is no word.
      if (word.bare && /^\d+$/.test(word.text ?? '') && /[<>]/.test(source[at] ?? '')) continue;
      if (word.bare && words.length === 0 && isReserved(word.text)) {
        if (redirected || beyond.has(word.text)) throw new NotUnderstood();
        if (between.has(word.text)) continue;
        ofLoop = true;
      }
      words.push(word);
    }
  }
  endCommand();
  return at;
}

/** What a loop does by itself: it gives its variable values. */
function loopVariable([, name, keyword]: readonly ShellWord[]): SimpleCommand {
  if (typeof name?.text !== 'string' || (keyword !== undefined && !(keyword.bare && keyword.text === 'in')))
    throw new NotUnderstood();
  return [{ text: null, assigns: name.text, bare: true }];
}

function lineEnd(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end;
}

function closing(source: string, at: number): number {
  if (source[at] !== ')') throw new NotUnderstood();
  return at + 1;
}

/** After a subshell only an operator or a redirection may follow; a word there is an error of syntax. */
function afterCompound(source: string, at: number): number {
  const next = /[^ \t]/.exec(source.slice(at))?.[0];
  if (next !== undefined && !'\n;&|<>)#'.includes(next)) throw new NotUnderstood();
  return at;
}

/** Skips an operator and its file; the number before it was read as a word of its own and is no program. */
function redirection(source: string, start: number, substitution: (at: number) => number): number {
  const operator = /^(?:<&|<>|<|>>|>&|>\||>)/.exec(source.slice(start, start + 2))?.[0] ?? '';
  let at = start + operator.length;
  // Here-documents, here-strings, and the process substitutions of bash.
  if (source[at] === '<' || source[at] === '(' || source[at] === '>' || source[at] === '&') throw new NotUnderstood();
  while (source[at] === ' ' || source[at] === '\t') at++;
  const { end } = readWord(source, at, substitution);
  if (end === at) throw new NotUnderstood();
  return end;
}
