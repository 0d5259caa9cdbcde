import { ClawholdError } from '@clawhold/spec';

import { Option } from 'commander';
import { connect } from '../connection/connect.ts';
import { exitCodesHelp } from '../terminal/exit-codes.ts';
import { taskFolder } from '../terminal/task-folder.ts';
import { watchRun } from '../terminal/watch-run.ts';
import type { AddCommand } from './command.ts';

interface RunOptions {
  readonly dir: string;
  readonly agent: string;
  readonly model?: string;
  readonly session?: string;
  readonly harness?: string;
  readonly detach?: boolean;
  readonly verbose?: boolean;
}

/** @throws ClawholdError `input_command`: a program without a harness for it, or the other way round. */
function assertCommand(command: readonly string[], harness: string | undefined): void {
  if (command.length > 0 === (harness !== undefined)) return;
  throw new ClawholdError(
    'input_command',
    harness === undefined ? 'There are words behind the task.' : 'The harness "command" needs a program.',
    {
      hint: 'Put the task in quotes. A program stands behind it: run "<task>" --harness command -- <program> [arguments]',
    },
  );
}

export const addRun: AddCommand = (program, session) => {
  program
    .command('run')
    .description('give an agent a task; it works on a copy of the folder until you keep its changes')
    .argument('<task>', 'what to do, in your own words')
    .argument('[command...]', 'with --harness command, behind "--": the program that works on it, with its arguments')
    .option('-d, --dir <folder>', 'the folder to work on', '.')
    .option('-a, --agent <name>', 'who works on it', 'default')
    .option('-m, --model <name>', 'provider/model; default: the installation’s')
    .addOption(
      new Option(
        '--harness <kind>',
        'let a program of yours work on it, unchanged, under the policy of the agent',
      ).choices(['command']),
    )
    .option('--session <id>', 'go on with the conversation of an earlier run')
    .option('--detach', 'do not wait for the end')
    .option('--verbose', 'show every step with its output')
    .addHelpText('after', exitCodesHelp)
    .action(async (task: string, command: readonly string[], options: RunOptions) => {
      assertCommand(command, options.harness);
      const { api, home } = connect();
      const { data: run } = await api.POST('/runs', {
        body: {
          task,
          folder: taskFolder(options.dir),
          agent: options.agent,
          ...(command.length === 0 ? {} : { command: [...command] }),
          ...(options.model === undefined ? {} : { model: options.model }),
          ...(options.session === undefined ? {} : { session: options.session }),
        },
      });
      if (run === undefined) return;
      const { detach = false, verbose = false } = options;
      await watchRun({ api, home, run, session: session(), detach, verbose });
    });
};
