import tab from '@bomb.sh/tab/commander';
import { createProgram } from './program.ts';
import { complaintOf } from './terminal/errors.ts';

const program = createProgram();
// Adds `clawhold complete <shell>`, which prints the completion script, and answers the shell's questions.
tab(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  const { code, message, hint } = complaintOf(error);
  if (program.opts<{ json?: boolean }>().json === true)
    process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
  else process.stderr.write(`clawhold: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  if (process.env['CLAWHOLD_DEBUG'] !== undefined) console.error(error);
  process.exitCode = 1;
}
