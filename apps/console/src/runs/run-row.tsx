import type { Run } from '@clawhold/client';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { visible } from '../hostile-text/visible.ts';
import { Moment } from '../look/moment.tsx';
import { FilesBadge, ModelName, StateBadge } from './run-badges.tsx';
import { hasEnded } from './run-state.ts';

/** How much of a task a line of the list shows; the page of the run shows the rest. */
const taskCharacters = 240;

export function RunRow({ run, selected }: { readonly run: Run; readonly selected: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (selected) link.current?.focus();
  }, [selected]);
  return (
    <li className="relative px-4 py-2.5 focus-within:bg-accent-well hover:bg-well">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          ref={link}
          to="/runs/$run"
          params={{ run: run.id }}
          search={{}}
          className="hostile line-clamp-2 min-w-0 flex-1 basis-72 font-medium"
        >
          {visible(run.task.slice(0, taskCharacters))}
          {run.task.length > taskCharacters && '…'}
        </Link>
        <span className="flex flex-wrap items-center gap-1.5">
          <StateBadge run={run} />
          {hasEnded(run) && <FilesBadge run={run} />}
        </span>
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-soft">
        <Moment at={run.created} />
        <ModelName run={run} />
        <span className="hostile min-w-0 font-mono">{visible(run.folder.slice(0, taskCharacters))}</span>
      </div>
    </li>
  );
}
