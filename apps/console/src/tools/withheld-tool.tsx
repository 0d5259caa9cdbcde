import type { ToolPin } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { WalkedCard } from '../keyboard/walked-card.tsx';
import type { Walked } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Digest } from '../look/digest.tsx';
import { Moment } from '../look/moment.tsx';
import { Pending } from '../look/pending.tsx';
import { AcceptBar } from './accept-bar.tsx';
import { DescriptionDiff } from './description-diff.tsx';
import { ForgetTool } from './forget-tool.tsx';
import { type ListedTool, useToolPin } from './queries.ts';

interface WithheldToolProps extends Walked {
  readonly tool: ListedTool;
}

/** A tool that agents neither see nor call: what its server says of it now, what it said before, and the answers. */
export function WithheldTool({ tool, selected, walkedTo }: WithheldToolProps) {
  return (
    <Pending query={useToolPin(tool)}>
      {(pin) => (
        // Whoever was about to say yes when the server said something else looks at it again.
        <ToolCard key={pin.waiting?.digest} tool={tool} pin={pin} selected={selected} walkedTo={walkedTo} />
      )}
    </Pending>
  );
}

interface ToolCardProps extends WithheldToolProps {
  readonly pin: ToolPin;
}

function ToolCard({ tool, pin, selected, walkedTo }: ToolCardProps) {
  const messages = useMessages();
  const { pinned, waiting } = pin;
  return (
    <WalkedCard
      selected={selected}
      walkedTo={walkedTo}
      title={<HostileText text={tool.tool} first={128} />}
      aside={<Badge tone="warn">{pinned === null ? messages.toolNew : messages.toolChanged}</Badge>}
      footer={
        <>
          <AcceptBar tool={tool} pin={pin} selected={selected} />
          <span className="ml-auto">
            <ForgetTool endpoint={tool.endpoint} tool={tool.tool} />
          </span>
        </>
      }
    >
      <p className="hostile font-mono text-[0.8125rem]">
        <HostileText text={tool.endpoint} />
      </p>
      <p>{pinned === null ? messages.toolNewMeaning : messages.toolChangedMeaning}</p>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
        {pinned !== null && (
          <span>
            {messages.toolBy[pinned.by]} <Moment at={pinned.since} />
          </span>
        )}
        {waiting !== null && (
          <span>
            {messages.toolSaid} <Moment at={waiting.since} />
          </span>
        )}
      </p>
      <DescriptionDiff of={tool.id} pin={pin} />
      {waiting !== null && <Digest digest={waiting.digest} />}
    </WalkedCard>
  );
}
