import type { Run } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { checkTones, stateTones } from './run-state.ts';

export function StateBadge({ run }: { readonly run: Run }) {
  const messages = useMessages();
  // What finished without doing all that was asked must not look like what did.
  if (run.selfCheck !== null && run.selfCheck !== 'met')
    return <Badge tone={checkTones[run.selfCheck]}>{messages.finishedBut[run.selfCheck]}</Badge>;
  return <Badge tone={stateTones[run.state]}>{messages.state[run.state]}</Badge>;
}

export function FilesBadge({ run }: { readonly run: Run }) {
  return <Badge tone={run.files === 'open' ? 'accent' : 'calm'}>{useMessages().files[run.files]}</Badge>;
}

/** The model, and loudly when no model thinks. */
export function ModelName({ run }: { readonly run: Pick<Run, 'model' | 'scripted'> }) {
  const messages = useMessages();
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-1.5">
      <HostileText text={run.model} first={80} />
      {run.scripted && (
        <span title={messages.scriptedMeaning}>
          <Badge tone="warn">{messages.scripted}</Badge>
        </span>
      )}
    </span>
  );
}
