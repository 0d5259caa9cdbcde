import { type ApiClient, ApiProblem } from '@clawhold/client';
import { type Output, paint } from '../terminal/output.ts';
import { readKey } from '../terminal/read-key.ts';
import { agreementOf } from './agreement.ts';
import { drawCard } from './draw-card.ts';
import { drawDetails } from './draw-details.ts';
import type { Question } from './exact-action.ts';
import { timeLeft } from './time-left.ts';

export interface AskOptions {
  readonly api: ApiClient;
  readonly output: Output;
  /** Whether a person is at the terminal. Without one the question stays for the console, or runs out. */
  readonly person: boolean;
  /** Ctrl-C while the question stands. */
  readonly onInterrupt: () => void;
}

/** Puts a question to the person at the terminal until `ended`. Enter is no; what is shown is what is approved. */
export async function askPerson(options: AskOptions, approval: string, ended: AbortSignal): Promise<void> {
  const { api, output, person } = options;
  const { data: question } = await api.GET('/approvals/{approval}', { params: { path: { approval } } });
  if (question === undefined || question.state !== 'pending' || ended.aborted) return;
  output.line(drawCard(question, { columns: output.columns, now: Date.now() }));
  if (!person) {
    const left = timeLeft(question.expires, Date.now());
    output.line(paint.warn(`  Nobody is at this terminal. Without an answer in ${left} it is a no.`));
    output.line(paint.quiet(`  npx clawhold approvals ${approval}   |   approve ${approval}   |   deny ${approval}`));
    return;
  }
  const answer = await answerOf(options, question, ended);
  if (answer !== undefined) await send(options, question, answer);
}

async function answerOf(
  { output, onInterrupt }: AskOptions,
  question: Question,
  ended: AbortSignal,
): Promise<'yes' | 'no' | undefined> {
  const late = AbortSignal.timeout(Math.max(0, Date.parse(question.expires) - Date.now()));
  const signal = AbortSignal.any([late, ended]);
  const why = noYes[question.yourYes];
  const counts = why === undefined;
  if (!counts) output.line(paint.quiet(`  ${why} Somebody else has to agree; you can still say no.`));
  const ways = `${counts ? 'y yes, once · ' : ''}n no · d details`;
  const draw = (): void => output.status(`  ${ways} · ${timeLeft(question.expires, Date.now())} left `);
  const clock = setInterval(draw, 1_000);
  try {
    for (;;) {
      draw();
      const key = await readKey({ keys: counts ? ['y', 'n', '\r', 'd'] : ['n', 'd'], signal, onInterrupt });
      output.status('');
      if (key === 'y') return 'yes';
      if (key !== 'd') return key === undefined ? undefined : 'no';
      output.line(drawDetails(question));
    }
  } finally {
    clearInterval(clock);
  }
}

const noYes: Readonly<Record<Question['yourYes'], string | undefined>> = {
  counts: undefined,
  given: 'You have agreed to it.',
  excluded: 'You started this run, so your yes would not count.',
};

async function send({ api, output }: AskOptions, { id, digest }: Question, answer: 'yes' | 'no'): Promise<void> {
  const path = { params: { path: { approval: id } } };
  try {
    if (answer === 'yes') {
      const { data } = await api.POST('/approvals/{approval}/approve', { ...path, body: { digest } });
      if (data?.state === 'pending') output.line(paint.quiet(`  ${agreementOf(data) ?? ''}. It waits for the others.`));
    } else await api.POST('/approvals/{approval}/deny', path);
  } catch (error) {
    // Somebody else answered in the console meanwhile, or the run ended.
    if (!(error instanceof ApiProblem) || error.code !== 'state_approval_ended') throw error;
    output.line(paint.quiet(`  ${error.message}`));
  }
}
