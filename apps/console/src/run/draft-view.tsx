import type { Draft } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';

/** More than this of an unfinished text nobody reads; all of it is there when it is finished. */
const shownCharacters = 20_000;

/** What an agent is writing at this moment. It is not read aloud while it grows: the finished text is. */
export function DraftView({ draft: { agent, text } }: { readonly draft: Draft }) {
  const messages = useMessages();
  return (
    <div className="border-l-2 border-accent py-1 pl-3" aria-live="off">
      <p className="flex items-center gap-2 text-xs text-ink-soft">
        <span aria-hidden="true" className="size-1.5 rounded-full bg-accent motion-safe:animate-pulse" />
        {/* The name of an agent is the operator's. */}
        {messages.agentWrites(agent)}
      </p>
      <HostileText text={text} as="prose" first={shownCharacters} />
    </div>
  );
}
