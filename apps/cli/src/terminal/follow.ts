import {
  type ApiClient,
  type Draft,
  type DraftPart,
  joinDraft,
  type Run,
  type TimelineEntry,
  Unreachable,
} from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec';
import type { Questions } from '../approval/questions.ts';
import { findManager } from '../connection/home.ts';
import { liveText } from '../story/live-text.ts';
import { Story } from '../story/story.ts';
import type { Output } from './output.ts';

const ended: ReadonlySet<Run['state']> = new Set(['finished', 'failed', 'stopped']);

/** Attempts in a row, half a second apart: longer than a gateway needs that is being restarted. */
const mostFailures = 40;

/** From the first of them, in milliseconds: a gateway that stands still makes each attempt long. */
const mostMilliseconds = 60_000;

export interface FollowOptions {
  readonly api: ApiClient;
  /** `CLAWHOLD_HOME`: where its manager is not running any more, nobody waits. */
  readonly home: string;
  readonly run: Run['id'];
  readonly output: Output;
  readonly verbose: boolean;
  readonly questions: Questions;
  readonly onEntry?: (entry: TimelineEntry) => void;
  /** The entry that is known already. Default: none. */
  readonly after?: number;
  /** The turn of a message that the person typed here. */
  readonly typed?: string | undefined;
  /** The first entry of which this holds is the last that is shown. Default: the run is shown to its end. */
  readonly until?: (entry: TimelineEntry) => boolean;
}

/**
 * Shows a run while it goes on, and answers with the run when it has ended, or is as it was awaited.
 *
 * @throws ClawholdError `gateway_lost` when Clawhold ends meanwhile or does not come back.
 */
export async function followRun(options: FollowOptions): Promise<Run> {
  const { api, run, output, questions } = options;
  try {
    return (await watch(options)) ?? (await read(api, run));
  } catch (error) {
    output.status('');
    if (!(error instanceof Unreachable)) throw error;
    throw new ClawholdError('gateway_lost', 'The connection to Clawhold was lost, and it did not come back.', {
      cause: error,
      hint: `Start it with "npx clawhold up"; then: npx clawhold show ${run}`,
    });
  } finally {
    questions.close();
  }
}

/** Undefined when the story ended without the end of the run. */
async function watch({ api, home, run, ...options }: FollowOptions): Promise<Run | undefined> {
  const { output, verbose, questions, onEntry, after = 0, typed, until } = options;
  const finished = new AbortController();
  const story = new Story({ verbose, columns: output.columns, typed });
  let lost = 0; // since when
  const tryAgain = (failures: number): boolean => {
    if (failures === 1) lost = performance.now();
    const isOver = failures >= mostFailures || performance.now() - lost > mostMilliseconds;
    return !isOver && findManager(home) !== undefined;
  };
  let last: Run | undefined;
  let draft: Draft | null = null;
  for await (const { event, data } of api.follow(`/runs/${run}/events`, { signal: finished.signal, after, tryAgain })) {
    if (event === 'run') {
      last = JSON.parse(data) as Run; // the gateway's own resource
      if (ended.has(last.state)) finished.abort();
      continue;
    }
    if (event === 'draft') {
      draft = joinDraft(draft, JSON.parse(data) as DraftPart); // likewise
      if (draft !== null && !questions.waiting) output.status(liveText(draft, output.columns - 1));
      continue;
    }
    if (event !== 'entry') continue;
    const entry = JSON.parse(data) as TimelineEntry; // likewise
    onEntry?.(entry);
    if (output.json) process.stdout.write(`${data}\n`);
    for (const line of story.tell(entry)) output.line(line);
    if (entry.body.kind === 'approval') questions.ask(entry.body.approval);
    if (entry.body.kind === 'approval.ended') questions.ended(entry.body.approval);
    if (!questions.waiting) output.status(story.now);
    if (until?.(entry) === true) finished.abort();
  }
  for (const line of story.rest()) output.line(line);
  return last !== undefined && ended.has(last.state) ? last : undefined;
}

async function read(api: ApiClient, run: Run['id']): Promise<Run> {
  const { data } = await api.GET('/runs/{run}', { params: { path: { run } } });
  if (data === undefined) throw new ClawholdError('gateway_unknown', 'The gateway did not answer with the run.');
  return data;
}
