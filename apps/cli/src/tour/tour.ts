import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient, Run } from '@clawhold/client';
import {
  createTourFolder,
  startFinanceApi,
  tourModel,
  tourName,
  tourPolicy,
  tourTask,
  unattendedTourName,
  unattendedTourPolicy,
} from '@clawhold/tour';
import { createQuestions } from '../approval/questions.ts';
import { connect } from '../connection/connect.ts';
import { drawChanges } from '../terminal/diff.ts';
import { drawOutcome } from '../terminal/end.ts';
import { followRun } from '../terminal/follow.ts';
import { stopOnInterrupt } from '../terminal/interrupt.ts';
import { type Output, paint } from '../terminal/output.ts';
import { stateWord } from '../terminal/run-state.ts';
import { wrap } from '../terminal/width.ts';

export interface TourOptions {
  readonly output: Output;
  /** Whether a person is at the terminal. */
  readonly person: boolean;
  readonly seed: number;
  /** When the installation ends, so does the tour's finance system. */
  readonly ended: Promise<unknown>;
}

/**
 * The guided tour: a fooled agent works on invoices, is stopped twice, asks once, and hands over a result.
 *
 * @returns the run as it ended.
 */
export async function runTour({ output, person, seed, ended }: TourOptions): Promise<Run | undefined> {
  const { home } = connect();
  const folder = join(home, 'tour', `invoices-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`);
  await mkdir(folder, { recursive: true });
  const { invoices } = await createTourFolder(folder, seed);
  const finance = await startFinanceApi({
    socketPath: join(home, 'services', 'finance.sock'),
    stateFile: join(home, 'tour', 'finance.json'),
  });
  void ended.then(() => finance.close());
  try {
    return await play({ output, person, folder, invoices });
  } catch (error) {
    // It would keep this process alive.
    await finance.close();
    throw error;
  }
}

interface Scene {
  readonly output: Output;
  readonly person: boolean;
  readonly folder: string;
  readonly invoices: number;
}

async function play({ output, person, folder, invoices }: Scene): Promise<Run | undefined> {
  const { api, home } = connect();
  const agent = person ? tourName : unattendedTourName;
  // The operator's own folder: this is how a person gives an agent a policy.
  const policies = join(home, 'configuration', 'policies');
  writeFileSync(join(policies, `${tourName}.yaml`), tourPolicy(), { mode: 0o644 });
  if (!person) writeFileSync(join(policies, `${agent}.yaml`), unattendedTourPolicy(), { mode: 0o644 });
  await api.POST('/policies/reload');

  output.line(paint.strong('The tour'));
  const opening =
    `An agent gets ${invoices} invoices and shall reconcile them against the purchase ledger. ` +
    'One invoice carries instructions of a stranger.';
  for (const line of wrap(opening, output.columns)) output.line(line);
  output.line(paint.quiet(folder));
  const honest = 'The model is scripted: it plays an agent that falls for them. Everything else is real.';
  for (const line of wrap(honest, output.columns)) output.line(paint.warn(line));
  output.line();
  const { data: run } = await api.POST('/runs', {
    body: { task: tourTask, folder, agent, model: tourModel },
  });
  if (run === undefined) return undefined;
  const seen = { denied: 0, held: 0 };
  const interruption = stopOnInterrupt({ api, output, run: run.id });
  const result = await followRun({
    api,
    home,
    run: run.id,
    output,
    verbose: false,
    questions: createQuestions({ api, output, person, onInterrupt: interruption.interrupt }),
    onEntry: ({ body }) => {
      if (body.kind !== 'decision') return;
      if (body.decision.kind === 'deny') seen.denied += 1;
      if (body.decision.kind === 'ask') seen.held += 1;
    },
  });
  interruption.end();
  await summarise(api, output, result, seen);
  return result;
}

async function summarise(
  api: ApiClient,
  output: Output,
  run: Run,
  seen: { denied: number; held: number },
): Promise<void> {
  const { data } = await api.GET('/runs/{run}/changes', { params: { path: { run: run.id } } });
  const { data: head } = await api.GET('/audit/head');
  if (output.json) {
    process.stdout.write(
      `${JSON.stringify({ kind: 'tour', run, ...seen, changes: data?.changes, head: head?.root })}\n`,
    );
    return;
  }
  output.line();
  output.line(`${paint.strong('The end')}  ${stateWord(run)}`);
  if (run.outcome !== null) for (const line of drawOutcome(run.outcome, output.columns)) output.line(line);
  output.line();
  output.line(paint.strong('What it changed, in its copy of the folder'));
  output.line(drawChanges(data?.changes ?? []));
  output.line();
  output.line(
    `${paint.strong('Decisions')}  ${paint.bad(`${seen.denied} denied`)}, ${paint.warn(`${seen.held} held for a person`)}`,
  );
  output.line(`${paint.strong('Ledger')}     ${head?.size ?? 0} records, tree head ${head?.root ?? ''}`);
  output.line();
  if ((data?.changes ?? []).length === 0) return;
  output.line('Try next, in another terminal:');
  output.line(`  npx clawhold diff ${run.id}     ${paint.quiet('what it would change in your folder')}`);
  output.line(`  npx clawhold keep ${run.id}     ${paint.quiet('put it there; "undo" takes it back')}`);
  output.line(`  npx clawhold audit verify            ${paint.quiet('compute the ledger again and compare')}`);
  output.line();
}
