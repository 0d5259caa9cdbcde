import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Notice } from '../look/notice.tsx';
import type { Step } from './story.ts';

/** What a person said became of a step whose result was lost. */
export function SettledNotice({ settled }: { readonly settled: NonNullable<Step['settled']> }) {
  const messages = useMessages();
  const { verdict, by, note } = settled;
  return (
    <Notice tone="calm">
      {messages.verdict[verdict]} <HostileText text={by} first={80} />
      {note !== null && (
        <>
          : <HostileText text={note} />
        </>
      )}
    </Notice>
  );
}
