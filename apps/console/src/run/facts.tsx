import type { Run } from '@clawhold/client';
import type { ReactNode } from 'react';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useLanguage, useMessages } from '../language/language.tsx';
import { Moment } from '../look/moment.tsx';
import { Panel } from '../look/panel.tsx';

export function Facts({ run }: { readonly run: Run }) {
  const messages = useMessages();
  const { locale } = useLanguage();
  const { turns, inputTokens, outputTokens } = run.usage;
  return (
    <Panel title={messages.facts}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-4 py-3 [&_time]:whitespace-normal">
        <Fact name={messages.folder}>
          <span className="font-mono text-xs">
            <HostileText text={run.folder} first={200} />
          </span>
        </Fact>
        <Fact name={messages.agent}>
          <HostileText text={run.agent} first={80} />
        </Fact>
        <Fact name={messages.created}>
          <Moment at={run.created} />
        </Fact>
        {run.ended !== null && (
          <Fact name={messages.ended}>
            <Moment at={run.ended} />
          </Fact>
        )}
        <Fact name={messages.turns}>{turns.toLocaleString(locale)}</Fact>
        <Fact name={messages.tokens}>
          {inputTokens.toLocaleString(locale)} → {outputTokens.toLocaleString(locale)}
        </Fact>
        <Fact name={messages.run}>
          <span className="font-mono text-xs">{run.id}</span>
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
