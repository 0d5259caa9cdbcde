import { type ApiClient, ApiProblem, type FileChange, type Run } from '@clawhold/client';
import { drawChanges } from './diff.ts';
import { hostileBlock } from './hostile.ts';
import { paint } from './output.ts';
import { stateWord } from './run-state.ts';
import { wrap } from './width.ts';

/** An agent that installs packages changes tens of thousands of files; `clawhold diff` lists them all. */
const mostListed = 60;

/** How a run ended: its state, what the agent says, what it changed, what the person may do with that. */
export async function drawEnd(api: ApiClient, run: Run, columns: number): Promise<string> {
  const { turns, inputTokens, outputTokens } = run.usage;
  const changes = await changesOf(api, run);
  return [
    '',
    `${stateWord(run)}  ${paint.quiet(`${turns} turns, ${inputTokens + outputTokens} tokens`)}`,
    ...(run.outcome === null ? [] : drawOutcome(run.outcome, columns)),
    '',
    ...(changes === undefined || changes.length === 0
      ? [changes === undefined ? 'There are no changes to look at.' : 'Nothing was changed.']
      : [
          `${paint.strong(`${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`)}, in its copy of ${run.folder}`,
          drawChanges(changes, mostListed),
          paint.quiet(`npx clawhold diff ${run.id}   |   keep ${run.id}   |   discard ${run.id}`),
        ]),
  ].join('\n');
}

/** The agent's closing words, as many as they are. */
export function drawOutcome(outcome: string, columns: number): readonly string[] {
  return wrap(hostileBlock(outcome, '', Number.POSITIVE_INFINITY), columns - 2).map((line) => `  ${line}`);
}

/** Undefined where they cannot be listed: a run that failed before it had a folder is told about all the same. */
async function changesOf(api: ApiClient, run: Run): Promise<readonly FileChange[] | undefined> {
  try {
    const { data } = await api.GET('/runs/{run}/changes', { params: { path: { run: run.id } } });
    return data?.changes ?? [];
  } catch (error) {
    if (error instanceof ApiProblem) return undefined;
    throw error;
  }
}
