import { confirm, isCancel } from '@clack/prompts';
import type { ApiClient } from '@clawhold/client';
import { ApiProblem } from '@clawhold/client';
import { drawApproval } from './approval.ts';
import { type Output, paint } from './output.ts';

export interface AskOptions {
  readonly api: ApiClient;
  readonly approval: string;
  readonly output: Output;
  /** Whether a person is at the terminal. Without one the question stays for the console, or runs out. */
  readonly person: boolean;
}

/** Puts a question to the person at the terminal. Enter is no; what is shown is what is approved. */
export async function askPerson({ api, approval, output, person }: AskOptions): Promise<void> {
  const path = { params: { path: { approval } } };
  const { data: question } = await api.GET('/approvals/{approval}', path);
  if (question === undefined || question.state !== 'pending') return;
  output.line();
  output.line(drawApproval(question));
  if (!person) {
    const seconds = Math.round((Date.parse(question.expires) - Date.now()) / 1_000);
    output.line(paint.warn(`  Nobody is at this terminal. Without an answer in ${seconds} s it is a no.`));
    output.line(paint.quiet(`  npx clawhold approve ${approval}   |   npx clawhold deny ${approval}`));
    return;
  }
  const late = AbortSignal.timeout(Math.max(0, Date.parse(question.expires) - Date.now()));
  const answer = await confirm({ message: 'Allow exactly this, once?', initialValue: false, signal: late });
  if (late.aborted) return;
  try {
    if (answer === true && !isCancel(answer))
      await api.POST('/approvals/{approval}/approve', { ...path, body: { digest: question.digest } });
    else await api.POST('/approvals/{approval}/deny', path);
  } catch (error) {
    // Somebody else answered in the console meanwhile, or the run ended.
    if (!(error instanceof ApiProblem) || error.code !== 'state_approval_ended') throw error;
    output.line(paint.quiet(`  ${error.message}`));
  }
}
