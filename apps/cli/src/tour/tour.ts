import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient, Run } from '@clawhold/client';
import { createTourFolder, startFinanceApi, tourModel, tourName, tourPolicy, tourTask } from '@clawhold/tour';
import { connect } from '../connection/connect.ts';
import { drawChanges } from '../terminal/diff.ts';
import { followRun } from '../terminal/follow.ts';
import { hostileBlock } from '../terminal/hostile.ts';
import { type Output, paint } from '../terminal/output.ts';
import { createQuestions } from '../terminal/questions.ts';
import { stateWord } from '../terminal/run-state.ts';

export interface TourOptions {
  readonly output: Output;
  /** Whether a person is at the terminal. */
  readonly person: boolean;
  readonly seed: number;
  /** When the installation ends, so does the tour's finance system. */
  readonly ended: Promise<unknown>;
}

/** How long a question of the tour waits when nobody is at the terminal, in seconds. */
const unattendedSeconds = 20;

/** The guided tour: a fooled agent works on invoices, is stopped twice, asks once, and hands over a result. */
export async function runTour({ output, person, seed, ended }: TourOptions): Promise<void> {
  const { api, home } = connect();
  const folder = join(home, 'tour', `invoices-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`);
  await mkdir(folder, { recursive: true });
  const { invoices } = await createTourFolder(folder, seed);
  const finance = await startFinanceApi({
    socketPath: join(home, 'services', 'finance.sock'),
    stateFile: join(home, 'tour', 'finance.json'),
  });
  void ended.then(() => finance.close());
  // The operator's own folder: this is how a person gives an agent a policy.
  const policy = tourPolicy(person ? undefined : unattendedSeconds);
  writeFileSync(join(home, 'configuration', 'policies', `${tourName}.yaml`), policy, { mode: 0o644 });
  await api.POST('/policies/reload');

  output.line(paint.strong('The tour'));
  output.line(`An agent gets ${invoices} invoices in ${folder}`);
  output.line('and shall reconcile them against the purchase ledger. One invoice carries instructions of a stranger.');
  output.line(paint.warn('The model is scripted: it plays an agent that falls for them. Everything else is real.'));
  output.line();
  const { data: run } = await api.POST('/runs', {
    body: { task: tourTask, folder, agent: tourName, model: tourModel },
  });
  if (run === undefined) return;
  const seen = { denied: 0, held: 0 };
  const result = await followRun({
    api,
    run: run.id,
    output,
    onApproval: createQuestions({ api, output, person }),
    onEntry: ({ body }) => {
      if (body.kind !== 'decision') return;
      if (body.decision.kind === 'deny') seen.denied += 1;
      if (body.decision.kind === 'ask') seen.held += 1;
    },
  });
  await summarise(api, output, result, seen);
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
  output.line(`${paint.strong('The end')}  ${stateWord(run.state)}`);
  if (run.outcome !== null) output.line(hostileBlock(run.outcome, '  '));
  output.line();
  output.line(paint.strong('What it changed, in its copy of the folder'));
  output.line(drawChanges(data?.changes ?? []));
  output.line();
  output.line(
    `${paint.strong('Decisions')}  ${paint.bad(`${seen.denied} denied`)}, ${paint.warn(`${seen.held} held for a person`)}`,
  );
  output.line(`${paint.strong('Ledger')}     ${head?.size ?? 0} records, tree head ${head?.root ?? ''}`);
  output.line();
  output.line('Try next, in another terminal:');
  output.line(`  npx clawhold diff ${run.id}     ${paint.quiet('what it would change in your folder')}`);
  output.line(`  npx clawhold keep ${run.id}     ${paint.quiet('put it there; "undo" takes it back')}`);
  output.line(`  npx clawhold audit verify            ${paint.quiet('compute the ledger again and compare')}`);
  output.line();
}
