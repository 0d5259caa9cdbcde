import type { UnknownStep } from '@clawhold/client';
import { HostileText } from '../hostile-text/hostile-text.tsx';
import { WalkedCard } from '../keyboard/walked-card.tsx';
import type { Walked } from '../keyboard/walked-list.tsx';
import { useMessages } from '../language/language.tsx';
import { Countdown } from '../look/countdown.tsx';
import { OpenRunLink } from '../runs/open-run-link.tsx';
import { isWaitedFor } from './queries.ts';
import { SettleStep } from './settle-step.tsx';

interface LostStepCardProps extends Walked {
  readonly lost: UnknownStep;
}

/** A step that may have happened or not: what it was, why nobody knows, what each answer leads to, and the answers. */
export function LostStepCard({ lost, selected, walkedTo }: LostStepCardProps) {
  const messages = useMessages();
  const { run, step, tool, summary, explanation, expires } = lost;
  return (
    <WalkedCard
      tone="bad"
      selected={selected}
      walkedTo={walkedTo}
      title={messages.lostTitle}
      aside={
        isWaitedFor(lost) ? (
          <Countdown until={expires} say={messages.lostTimeLeft} />
        ) : (
          <span className="text-ink-soft">{messages.lostNobodyWaits}</span>
        )
      }
      footer={
        <>
          <SettleStep run={run} step={step} selected={selected} />
          <OpenRunLink run={run} />
        </>
      }
    >
      <p className="rounded-md bg-well px-3 py-2 font-mono text-[0.8125rem]">
        <span className="mr-2 font-semibold">
          <HostileText text={tool} first={80} />
        </span>
        <HostileText text={summary} first={300} />
      </p>
      <p>{messages.lostMeaning}</p>
      <p className="text-xs text-ink-soft">
        <HostileText text={explanation} first={300} />
      </p>
      {isWaitedFor(lost) && <Consequences />}
    </WalkedCard>
  );
}

function Consequences() {
  const messages = useMessages();
  const rows = [
    [messages.settle.happened, messages.lostIfHappened],
    [messages.settle.did_not_happen, messages.lostIfNot],
    [messages.lostNoAnswer, messages.lostIfSilent],
  ] as const;
  return (
    <dl className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[11rem_minmax(0,1fr)]">
      {rows.map(([answer, then]) => (
        <div key={answer} className="contents">
          <dt className="text-ink-soft">{answer}</dt>
          <dd className="pb-1 sm:pb-0">{then}</dd>
        </div>
      ))}
    </dl>
  );
}
