import { type Draft, type DraftPart, joinDraft, type Run, type TimelineEntry } from '@clawhold/client';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../api/api.ts';
import { queryClient } from '../shell/query-client.ts';
import { type Story, tell } from './story.ts';

interface FollowedStory {
  readonly story: Story;
  /** What a model is writing at this moment. */
  readonly draft: Draft | null;
  readonly error: Error | null;
}

/** Follows a run live; what was missed while the connection was gone is caught up with. */
export function useStory(run: string): FollowedStory {
  const [entries, setEntries] = useState<readonly TimelineEntry[]>([]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [error, setError] = useState<Error | null>(null);

  useEffect(() => {
    const leaving = new AbortController();
    let arrived: TimelineEntry[] = [];
    let written: Draft | null = null;
    let frame = 0;
    // A long run arrives in hundreds of entries, and a turn in hundreds of pieces: they are drawn once a frame.
    const draw = (): void => {
      frame = 0;
      const fresh = arrived;
      arrived = [];
      if (fresh.length > 0) setEntries((known) => [...known, ...fresh]);
      setDraft(written);
    };
    const drawSoon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const follow = async (): Promise<void> => {
      for await (const { event, data } of api.follow(`/runs/${run}/events`, { signal: leaving.signal })) {
        if (event === 'entry') {
          // The gateway checked it against the schema that this type is made from.
          const entry = JSON.parse(data) as TimelineEntry;
          arrived.push(entry);
          if (replaces(entry)) written = null;
          drawSoon();
        } else if (event === 'draft') {
          written = joinDraft(written, JSON.parse(data) as DraftPart); // as above
          drawSoon();
        } else if (event === 'run') {
          queryClient.setQueryData(['run', run], JSON.parse(data) as Run); // as above
        }
      }
    };
    follow().catch((reason: unknown) => {
      if (!leaving.signal.aborted) setError(reason instanceof Error ? reason : new Error(String(reason)));
    });
    return () => {
      leaving.abort();
      cancelAnimationFrame(frame);
    };
  }, [run]);

  const story = useMemo(() => tell(entries), [entries]);
  return { story, draft, error };
}

/** Whether an entry takes the place of what was being written: the finished turn, or the end of the run. */
function replaces({ body }: TimelineEntry): boolean {
  return (
    body.kind === 'turn' ||
    body.kind === 'message' ||
    (body.kind === 'state' && ['finished', 'failed', 'stopped'].includes(body.state))
  );
}
