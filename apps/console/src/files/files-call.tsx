import type { Run } from '@clawhold/client';
import { Link } from '@tanstack/react-router';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';
import { hasEnded } from '../runs/run-state.ts';
import { useChanges } from './queries.ts';

/** What is left for the person to do when a run has ended: decide about its changes. */
export function FilesCall({ run }: { readonly run: Run }) {
  return hasEnded(run) && run.files === 'open' ? <Call run={run} /> : null;
}

function Call({ run }: { readonly run: Run }) {
  const messages = useMessages();
  const count = useChanges(run).data?.changes.length ?? 0;
  if (count === 0) return null;
  return (
    <Notice tone="accent">
      <span className="flex flex-wrap items-center justify-between gap-2">
        {messages.filesCall(count)}
        <Link
          to="/runs/$run"
          params={{ run: run.id }}
          search={{ view: 'changes' }}
          replace
          className="font-medium hover:underline"
        >
          {messages.filesCallGo} →
        </Link>
      </span>
    </Notice>
  );
}
