import type { Draft, Run } from '@clawhold/client';
import { useEffect, useMemo, useRef } from 'react';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { useListKeys } from '../keyboard/list-keys.ts';
import { useMessages } from '../language/language.tsx';
import { Badge } from '../look/badge.tsx';
import { Moment } from '../look/moment.tsx';
import { Nothing } from '../look/nothing.tsx';
import { Notice } from '../look/notice.tsx';
import { stateTones } from '../runs/run-state.ts';
import { DecisionView } from './decision-view.tsx';
import { DraftView } from './draft-view.tsx';
import { type Row, rowsOf } from './rows.ts';
import { StepCard } from './step-card.tsx';
import { StepGroup } from './step-group.tsx';
import type { Remark, Story } from './story.ts';

interface ActivityProps {
  readonly story: Story;
  readonly draft: Draft | null;
  readonly run: Run;
}

/** Everything that happened, in order, and what is being written. */
export function Activity({ story, draft, run }: ActivityProps) {
  const messages = useMessages();
  const list = useRef<HTMLOListElement>(null);
  const rows = useMemo(() => rowsOf(story.scenes), [story.scenes]);
  const selected = useListKeys(rows.map(({ key }) => key));
  const index = rows.findIndex(({ key }) => key === selected);
  useEffect(() => {
    const scene = list.current?.children[index];
    if (scene instanceof HTMLElement) scene.focus();
  }, [index]);
  if (rows.length === 0 && draft === null) return <Nothing>{messages.nothingYet}</Nothing>;
  return (
    <ol ref={list} className="flex flex-col gap-2">
      {rows.map((row) => (
        <li key={row.key} tabIndex={-1} className="rounded-lg">
          <RowView row={row} run={run} />
        </li>
      ))}
      {draft !== null && draft.text !== '' && (
        <li>
          <DraftView draft={draft} />
        </li>
      )}
    </ol>
  );
}

function RowView({ row, run }: { readonly row: Row; readonly run: Run }) {
  if (row.kind === 'group') return <StepGroup tool={row.tool} steps={row.steps} run={run} />;
  const { scene } = row;
  return scene.kind === 'step' ? (
    <StepCard step={scene} run={run} />
  ) : (
    <RemarkView remark={scene} outcome={run.outcome} />
  );
}

interface RemarkViewProps {
  readonly remark: Remark;
  /** The run's closing words stand above the list: its end does not say them again. */
  readonly outcome: string | null;
}

function RemarkView({ remark: { body, time }, outcome }: RemarkViewProps) {
  const messages = useMessages();
  switch (body.kind) {
    case 'turn':
      return (
        <div className="border-l-2 border-line-strong py-1 pl-3">
          <p className="text-xs text-ink-soft">
            {/* The name of an agent is the operator's. */}
            {messages.agentSays(body.agent)} · <Moment at={time} timeOnly />
          </p>
          <HostileText text={body.text} as="prose" />
        </div>
      );
    case 'message':
      return (
        <div className="border-l-2 border-line-strong py-1 pl-3">
          <p className="text-xs text-ink-soft">
            {/* The names of people and agents are the operator's. */}
            {body.from === 'agent' ? messages.agentSays(body.by) : body.by} · <Moment at={time} timeOnly />
          </p>
          <HostileText text={body.text} as="prose" />
        </div>
      );
    case 'state':
      return (
        <p className="flex flex-wrap items-center gap-2 text-xs text-ink-soft">
          <Moment at={time} timeOnly />
          <Badge tone={stateTones[body.state]}>{messages.state[body.state]}</Badge>
          {body.explanation !== null && body.explanation !== outcome && <HostileText text={body.explanation} />}
        </p>
      );
    case 'note':
      return body.level === 'warning' ? (
        <Notice tone="warn">
          <HostileText text={body.text} />
        </Notice>
      ) : (
        <p className="text-xs text-ink-soft">
          <HostileText text={body.text} />
        </p>
      );
    case 'checkpoint':
      return (
        <p className="text-xs text-ink-soft">
          <Moment at={time} timeOnly /> {messages.checkpoint(body.checkpoint.number, body.checkpoint.name)}
        </p>
      );
    case 'decision':
      return <DecisionView decision={body} />;
    default:
      return body satisfies never;
  }
}
