import { Command } from 'commander';
import { filesFor } from './commands/catalogue.ts';
import type { Session } from './commands/command.ts';
import { version } from './manager/places.ts';
import { createOutput } from './terminal/output.ts';

/**
 * The `clawhold` command.
 *
 * @param words the command line that it is for: only the file of its command is loaded. Default: every command.
 */
export async function createProgram(words: readonly string[] = []): Promise<Command> {
  const program = new Command('clawhold')
    .description('An AI agent that can really act, inside a shell that you control.')
    .version(version)
    .option('--json', 'print results as JSON, one value a line')
    .showSuggestionAfterError()
    // Before the commands are added: they take this over. The caller says what went wrong, in the form that was asked for.
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const session = (): Session => {
    const json = program.opts<{ json?: boolean }>().json === true;
    const person = !json && process.stdin.isTTY === true && process.stdout.isTTY === true;
    return { output: createOutput(json), person };
  };
  for (const add of await Promise.all(filesFor(words).map(({ load }) => load()))) add(program, session);
  shareJson(program);
  return program;
}

/** `--json` may stand behind the command too, where people write it. */
function shareJson(program: Command): void {
  const visit = (command: Command): void => {
    for (const child of command.commands) {
      child.option('--json', 'print results as JSON, one value a line');
      child.hook('preAction', (_, action) => {
        if (action.opts<{ json?: boolean }>().json === true) program.setOptionValue('json', true);
      });
      visit(child);
    }
  };
  visit(program);
}
