import type { Run, TimelineEntry } from '@clawhold/client';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../api/api.ts';
import { queryClient } from '../shell/query-client.ts';
import { type Story, tell } from './story.ts';

interface FollowedStory {
  readonly story: Story;
  readonly error: Error | null;
}

/** Follows a run live; what was missed while the connection was gone is caught up with. */
export function useStory(run: string): FollowedStory {
  const [entries, setEntries] = useState<readonly TimelineEntry[]>([]);
  const [error, setError] = useState<Error | null>(null);

  useEffect(() => {
    const leaving = new AbortController();
    let arrived: TimelineEntry[] = [];
    let frame = 0;
    // A long run arrives in hundreds of entries: they are drawn once a frame.
    const draw = (): void => {
      frame = 0;
      const fresh = arrived;
      arrived = [];
      setEntries((known) => [...known, ...fresh]);
    };
    const follow = async (): Promise<void> => {
      for await (const { event, data } of api.follow(`/runs/${run}/events`, { signal: leaving.signal })) {
        if (event === 'entry') {
          // The gateway checked it against the schema that this type is made from.
          arrived.push(JSON.parse(data) as TimelineEntry);
          if (frame === 0) frame = requestAnimationFrame(draw);
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
  return { story, error };
}
