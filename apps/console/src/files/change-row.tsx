import type { FileChange } from '@clawhold/client';
import { useState } from 'react';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Button } from '../look/button.tsx';
import type { Tone } from '../look/tone.ts';
import { DiffView } from './diff-view.tsx';

const tones: Readonly<Record<FileChange['change'], Tone>> = {
  added: 'good',
  modified: 'accent',
  deleted: 'bad',
  'type-changed': 'warn',
  'mode-changed': 'warn',
};

interface ChangeRowProps {
  readonly run: string;
  readonly change: FileChange;
  /** Whether what is different in it is shown without being asked for. */
  readonly opensItself: boolean;
}

/** One changed path, and what is different in it. */
export function ChangeRow({ run, change, opensItself }: ChangeRowProps) {
  const messages = useMessages();
  const [open, setOpen] = useState(opensItself && change.type === 'file');
  return (
    <li>
      <div className="flex flex-wrap items-center gap-2 px-4 py-2">
        <span className="min-w-0 flex-1 basis-60 font-mono text-[0.8125rem]">
          <HostileText text={change.path} first={300} />
          {change.movedFrom !== undefined && (
            <span className="text-ink-soft">
              {' ← '}
              <HostileText text={change.movedFrom} first={300} />
            </span>
          )}
          {change.target !== null && (
            <span className="text-ink-soft">
              {' → '}
              <HostileText text={change.target} first={300} />
            </span>
          )}
        </span>
        <span className="flex flex-wrap items-center gap-1.5">
          {change.onlyByPath === true ? (
            <Badge tone="bad">⚠ {messages.unasked}</Badge>
          ) : (
            change.executable && <Badge tone="warn">⚠ {messages.executable}</Badge>
          )}
          {change.refused !== null && <Badge tone="bad">{messages.refused}</Badge>}
          <Badge tone={tones[change.change]}>{messages.change[change.change]}</Badge>
          {change.size !== null && (
            <span className="text-xs text-ink-soft tabular-nums">{messages.bytes(change.size)}</span>
          )}
          {change.mode !== null && (
            <code className="font-mono text-xs text-ink-soft">{change.mode.toString(8).padStart(4, '0')}</code>
          )}
          {change.type === 'file' && (
            <Button onPress={() => setOpen(!open)}>{open ? messages.hideDiff : messages.showDiff}</Button>
          )}
        </span>
      </div>
      {change.refused !== null && (
        <p className="px-4 pb-2 text-bad">
          <HostileText text={change.refused} />
        </p>
      )}
      {open && <DiffView run={run} change={change} />}
    </li>
  );
}
