import { Argument, type Command } from 'commander';
import { connect } from '../connection/connect.ts';
import { askedWord } from './asked-word.ts';
import { offers } from './offers.ts';

/** Whoever presses Tab would rather have nothing than wait. In milliseconds. */
const defaultPatience = 700;

/**
 * Lets the completion of a command offer what there is for the word that is asked about: runs, questions, rules, tools,
 * people … Says nothing and offers nothing when Clawhold does not run or takes too long.
 *
 * @param words the command line: `complete -- show ''` is what the shell asks for after `clawhold show `
 */
export async function offerIds(
  program: Command,
  words: readonly string[],
  { home, patience = defaultPatience }: { readonly home?: string; readonly patience?: number } = {},
): Promise<void> {
  const [first, separator, ...line] = words;
  if (first !== 'complete' || separator !== '--') return;
  const asked = askedWord(program, line);
  if (asked === undefined) return;
  const { command, taker, before } = asked;
  const name = taker instanceof Argument ? taker.name() : (taker.long ?? '');
  const list = offers[`${command} ${name}`] ?? offers[name];
  if (list === undefined) return;
  try {
    const found = await list(connect(home).api, AbortSignal.timeout(patience), before);
    taker.choices([...new Set(found.filter((one) => one !== undefined))].filter(isPlain));
  } catch {
    // Nothing runs, or not well: an error would stand in the middle of the person's command line.
  }
}

/**
 * The shell's own completion expands what it is offered (bash's `compgen -W` runs a `$(…)` in it), and names of tools are
 * a stranger's words.
 */
function isPlain(word: string): boolean {
  return /^[\w.:/@%+=,*-]+$/.test(word) && !word.startsWith('-');
}
