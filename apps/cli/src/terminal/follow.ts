import type { ApiClient, Run, TimelineEntry } from '@clawhold/client';
import type { Output } from './output.ts';
import { drawEntry } from './timeline.ts';

const ended: ReadonlySet<Run['state']> = new Set(['finished', 'failed', 'stopped']);

export interface FollowOptions {
  readonly api: ApiClient;
  readonly run: Run['id'];
  readonly output: Output;
  /** Called when a question to a person appears; must not wait for its answer. */
  readonly onApproval: (approval: string) => void;
  readonly onEntry?: (entry: TimelineEntry) => void;
}

/** Shows a run while it goes on, and answers with the run when it has ended. */
export async function followRun({ api, run, output, onApproval, onEntry }: FollowOptions): Promise<Run> {
  const finished = new AbortController();
  let last: Run | undefined;
  for await (const { event, data } of api.follow(`/runs/${run}/events`, { signal: finished.signal })) {
    if (event === 'run') {
      last = JSON.parse(data) as Run; // the gateway's own resource
      if (ended.has(last.state)) finished.abort();
      continue;
    }
    if (event !== 'entry') continue;
    const entry = JSON.parse(data) as TimelineEntry; // likewise
    onEntry?.(entry);
    if (output.json) process.stdout.write(`${data}\n`);
    else {
      const lines = drawEntry(entry);
      if (lines !== undefined) output.line(lines);
    }
    if (entry.body.kind === 'approval') onApproval(entry.body.approval);
  }
  if (last !== undefined && ended.has(last.state)) return last;
  const { data } = await api.GET('/runs/{run}', { params: { path: { run } } });
  if (data === undefined) throw new Error('the gateway did not answer with the run');
  return data;
}
