import { Command } from 'commander';
import { addAgents } from './commands/agents.ts';
import { addApprovals } from './commands/approvals.ts';
import { addAudit } from './commands/audit.ts';
import type { Session } from './commands/command.ts';
import { addConsole } from './commands/console.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFiles } from './commands/files.ts';
import { addModels } from './commands/models.ts';
import { addPolicy } from './commands/policy.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addSettle } from './commands/settle.ts';
import { addShow } from './commands/show.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addUp } from './commands/up.ts';
import { version } from './manager/places.ts';
import { createOutput } from './terminal/output.ts';

/** The `clawhold` command with all its parts. */
export function createProgram(): Command {
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
  for (const add of [
    addUp,
    addStatus,
    addDoctor,
    addRun,
    addRuns,
    addShow,
    addApprovals,
    addSettle,
    addFiles,
    addStop,
    addAgents,
    addModels,
    addPolicy,
    addAudit,
    addConsole,
  ])
    add(program, session);
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
