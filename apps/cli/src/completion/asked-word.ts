import type { Argument, Command, Option } from 'commander';

/** The word of a command line that a shell asks about. */
export interface AskedWord {
  /** The names of the command, as a person types them: `policy proposals show`. */
  readonly command: string;
  /** What takes the word. */
  readonly taker: Argument | Option;
  /** The arguments that stand before it. */
  readonly before: readonly string[];
}

/** @param line what a person has typed behind `clawhold`; the last word is asked about, and may be empty. */
export function askedWord(program: Command, line: readonly string[]): AskedWord | undefined {
  let command = program;
  const names: string[] = [];
  let before: string[] = [];
  let waiting: Option | undefined;
  for (const word of line.slice(0, -1)) {
    if (waiting !== undefined) waiting = undefined;
    else if (word.startsWith('-')) waiting = valued(command, word);
    else {
      const next = before.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) before = [...before, word];
      else {
        command = next;
        names.push(word);
      }
    }
  }
  const word = line.at(-1) ?? '';
  const taker = waiting ?? (word.startsWith('-') ? undefined : command.registeredArguments[before.length]);
  return taker === undefined ? undefined : { command: names.join(' '), taker, before };
}

/** The option of this name, when the next word is its value. */
function valued(command: Command, word: string): Option | undefined {
  const option = command.options.find(({ long, short }) => word === long || word === short);
  return option !== undefined && (option.required || option.optional) ? option : undefined;
}
