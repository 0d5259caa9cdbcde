import { simpleCommands } from './shell-commands.ts';
import { NotUnderstood } from './shell-word.ts';
import { programsOfCommand } from './wrappers.ts';

/**
 * The names of the programs and built-ins that a shell command starts, each once, without wrappers such as `env` and
 * `timeout`; undefined when that cannot be said for certain. A path to a folder of programs is written as the name alone.
 *
 * It says what the shell starts, not what those programs start in turn: whoever allows `make`, `find` or `git` allows
 * what they can be told to run. What is not plainly understood is not guessed at: a rule about it then has no answer.
 */
export function effectivePrograms(command: string): readonly string[] | undefined {
  try {
    return [...new Set(simpleCommands(command).flatMap((simple) => programsOfCommand(simple)))];
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}
