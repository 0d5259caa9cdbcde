import { useState } from 'react';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Moment } from '../look/moment.tsx';
import { Pending } from '../look/pending.tsx';
import { WholeDescription } from './description-diff.tsx';
import { ForgetTool } from './forget-tool.tsx';
import { type ListedTool, useToolPin } from './queries.ts';

/** A tool as agents see it; what its server says of it comes when somebody wants to know. */
export function PinnedTool({ tool }: { readonly tool: ListedTool }) {
  const messages = useMessages();
  const [isOpen, setOpen] = useState(false);
  return (
    <article aria-label={tool.id} className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-60">
          <span className="font-medium">
            <HostileText text={tool.tool} first={128} />
          </span>{' '}
          <span className="hostile font-mono text-xs text-ink-soft">
            <HostileText text={tool.endpoint} />
          </span>
        </span>
        <ForgetTool endpoint={tool.endpoint} tool={tool.tool} />
      </div>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="w-fit text-accent">{messages.toolLook}</summary>
        {isOpen && <Description tool={tool} />}
      </details>
    </article>
  );
}

function Description({ tool }: { readonly tool: ListedTool }) {
  const messages = useMessages();
  return (
    <Pending query={useToolPin(tool)}>
      {({ pinned }) =>
        pinned !== null && (
          <div className="mt-1 flex flex-col gap-2">
            <p className="text-xs text-ink-soft">
              {messages.toolBy[pinned.by]} <Moment at={pinned.since} />
            </p>
            <WholeDescription of={tool.id} description={pinned.description} />
          </div>
        )
      }
    </Pending>
  );
}
