import { realpathSync, statSync } from 'node:fs';
import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { followRun } from '../terminal/follow.ts';
import { hostileBlock } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { createQuestions } from '../terminal/questions.ts';
import { stateWord } from '../terminal/run-state.ts';
import type { AddCommand } from './command.ts';

interface RunOptions {
  readonly dir: string;
  readonly agent: string;
  readonly model?: string;
  readonly session?: string;
  readonly detach?: boolean;
}

/** Status of the command when a run did not finish; 130 when the person stopped it, as shells do. */
const notFinished = 1;
const interrupted = 130;

/** The real path of the task folder. @throws ClawholdError `input_no_such_folder`. */
function taskFolder(path: string): string {
  try {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) return real;
  } catch {
    // said below
  }
  throw new ClawholdError('input_no_such_folder', `There is no folder ${path}.`, {
    hint: 'Name the folder that the agent should work on with --dir.',
  });
}

export const addRun: AddCommand = (program, session) => {
  program
    .command('run')
    .description('give an agent a task; it works on a copy of the folder until you keep its changes')
    .argument('<task>', 'what to do, in your own words')
    .option('-d, --dir <folder>', 'the folder to work on', '.')
    .option('-a, --agent <name>', 'who works on it', 'default')
    .option('-m, --model <name>', 'provider/model; default: the installation’s')
    .option('--session <id>', 'go on with the conversation of an earlier run')
    .option('--detach', 'do not wait for the end')
    .action(async (task: string, options: RunOptions) => {
      const { output, person } = session();
      const { api } = connect();
      const { data: run } = await api.POST('/runs', {
        body: {
          task,
          folder: taskFolder(options.dir),
          agent: options.agent,
          ...(options.model === undefined ? {} : { model: options.model }),
          ...(options.session === undefined ? {} : { session: options.session }),
        },
      });
      if (run === undefined) return;
      if (options.detach === true) return output.result(run, () => run.id);
      output.line(
        `${paint.strong(run.id)}  ${run.model}${run.scripted ? paint.warn('  scripted: a rehearsal, no intelligence') : ''}`,
      );
      let stopping = false;
      process.on('SIGINT', () => {
        if (stopping) process.exit(interrupted);
        stopping = true;
        output.line(paint.quiet('\nstopping the run …'));
        void api.POST('/runs/{run}/stop', { params: { path: { run: run.id } } }).catch(() => process.exit(interrupted));
      });
      const onApproval = createQuestions({ api, output, person });
      const ended = await followRun({ api, run: run.id, output, onApproval });
      output.line();
      output.line(
        `${stateWord(ended.state)}  ${ended.usage.turns} turns, ${ended.usage.inputTokens + ended.usage.outputTokens} tokens`,
      );
      if (ended.outcome !== null) output.line(hostileBlock(ended.outcome, ''));
      output.line();
      output.line(paint.quiet(`npx clawhold diff ${run.id}   |   keep ${run.id}   |   discard ${run.id}`));
      if (ended.state !== 'finished') process.exitCode = stopping ? interrupted : notFinished;
    });
};
