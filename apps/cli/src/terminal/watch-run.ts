import type { ApiClient, Run } from '@clawhold/client';
import { createQuestions } from '../approval/questions.ts';
import type { Session } from '../commands/command.ts';
import { drawEnd } from './end.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { followRun } from './follow.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { paint } from './output.ts';

export interface WatchOptions {
  readonly api: ApiClient;
  readonly home: string;
  readonly run: Run;
  readonly session: Session;
  readonly detach?: boolean;
  readonly verbose?: boolean;
}

/** Shows a run that was just begun to its end, asks what it asks, and leaves with the exit code of its end. */
export async function watchRun({ api, home, run, session, detach, verbose }: WatchOptions): Promise<void> {
  const { output, person } = session;
  if (detach === true) return output.result(run, () => run.id);
  output.line(`${paint.strong(run.id)}  ${run.model}`);
  const interruption = stopOnInterrupt({ api, output, run: run.id });
  const questions = createQuestions({ api, output, person, onInterrupt: interruption.interrupt });
  const ended = await followRun({ api, home, run: run.id, output, verbose: verbose === true, questions });
  interruption.end();
  if (output.json) process.stdout.write(`${JSON.stringify({ kind: 'run', run: ended })}\n`);
  else output.line(await drawEnd(api, ended, output.columns));
  process.exitCode = interruption.interrupted ? exitCodes.interrupted : exitCodeOf(ended);
}
