import type { FileChange, Run } from '@clawhold/client';
import { useState } from 'react';
import { useMessages } from '../language/language.tsx';
import { Button } from '../look/button.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Notice } from '../look/notice.tsx';
import { Pending } from '../look/pending.tsx';
import { hasEnded } from '../runs/run-state.ts';
import { ChangeRow } from './change-row.tsx';
import { CheckpointList } from './checkpoint-list.tsx';
import { type Changes, useChanges } from './queries.ts';
import { SettleBar } from './settle-bar.tsx';

/** What the run changed, files that the person's own tools would run first, and what to do with it. */
export function FilesView({ run }: { readonly run: Run }) {
  const query = useChanges(run);
  return (
    <div className="flex flex-col gap-3">
      <Pending query={query}>
        {(changes) => <ChangeList run={run} {...changes} isOld={query.isPlaceholderData} />}
      </Pending>
      {(run.files === 'open' || run.files === 'undone') && <CheckpointList run={run} />}
    </div>
  );
}

interface ChangeListProps extends Changes {
  readonly run: Run;
  /** Whether a newer list is on its way: nobody should decide about this one. */
  readonly isOld: boolean;
}

function ChangeList({ run, changes, digest, isOld }: ChangeListProps) {
  const messages = useMessages();
  const [limit, setLimit] = useState(listedAtATime);
  const executable = changes.filter((change) => change.executable && change.onlyByPath !== true).length;
  const unasked = changes.filter((change) => change.onlyByPath === true).length;
  return (
    <div className="flex flex-col gap-3">
      {hasEnded(run) ? (
        <SettleBar run={run} digest={digest} changes={changes} isOld={isOld} />
      ) : (
        <p className="text-ink-soft">{messages.filesGoingOn}</p>
      )}
      {unasked > 0 && <Notice tone="bad">⚠ {messages.unaskedMeaning(unasked)}</Notice>}
      {executable > 0 && <Notice tone="warn">⚠ {messages.executableMeaning(executable)}</Notice>}
      {changes.length === 0 ? (
        // What was kept or discarded is no longer aside: that says nothing about what the run did.
        // And an old list says nothing about what came after it.
        run.files === 'open' && !isOld && <Nothing>{messages.noFiles}</Nothing>
      ) : (
        <ul aria-label={messages.changes} className="divide-y divide-line rounded-lg border border-line bg-panel">
          {ordered(changes)
            .slice(0, limit)
            .map((change, index) => (
              <ChangeRow
                key={`${change.pathEncoding} ${change.path}`}
                run={run.id}
                change={change}
                opensItself={change.executable && index < mostOpened}
              />
            ))}
        </ul>
      )}
      {changes.length > limit && (
        <p>
          <Button onPress={() => setLimit(limit + listedAtATime)}>
            {messages.moreChanges(changes.length - limit)}
          </Button>
        </p>
      )}
    </div>
  );
}

/** An agent that installs packages changes tens of thousands of files: more than a page can show. */
const listedAtATime = 200;
/** Of those that would be run so many are open from the start. */
const mostOpened = 20;

/** What would be run first; the rest as the gateway has it. */
function ordered(changes: readonly FileChange[]): readonly FileChange[] {
  return changes.toSorted((one, other) => Number(other.executable) - Number(one.executable));
}
