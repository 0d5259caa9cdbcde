import { constants } from 'node:os';
import tab from '@bomb.sh/tab/commander';
import { CommanderError } from 'commander';
import { bashColons } from './completion/bash-colons.ts';
import { offerIds } from './completion/offer-ids.ts';
import { createProgram } from './program.ts';
import { complaintOf } from './terminal/errors.ts';

// Whoever reads our output may stop, as `head` does: then there is nobody to write for, and nothing to complain about.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(128 + constants.signals.SIGPIPE);
  });

const words = process.argv.slice(2);
const program = await createProgram(words);
await offerIds(program, words);
// Adds `clawhold complete <shell>`, which prints the completion script, and answers the shell's questions.
tab(program);

try {
  await program.parseAsync(process.argv);
  if (words[0] === 'complete' && words[1] === 'bash') process.stdout.write(bashColons);
} catch (error) {
  // Help and version were printed already.
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else complain(error);
}

function complain(error: unknown): void {
  const { code, message, hint } = complaintOf(error);
  // A command line that could not be read has set no options.
  const json = program.opts<{ json?: boolean }>().json === true || process.argv.includes('--json');
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
  // A step that was under way may still stand on the last line of the terminal.
  else
    process.stderr.write(
      `${process.stderr.isTTY ? '\r\u001b[K' : ''}clawhold: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`,
    );
  if (process.env['CLAWHOLD_DEBUG'] !== undefined) console.error(error);
  process.exitCode = 1;
}
