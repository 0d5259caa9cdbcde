import type { Approval } from '@clawhold/client';
import { useEffect, useId, useRef } from 'react';
import { HostileText, Marked } from '../hostile-text/hostile-text.tsx';
import { useMessages } from '../language/language.tsx';
import { Countdown } from '../look/countdown.tsx';
import { OpenRunLink } from '../runs/open-run-link.tsx';
import { Agreement } from './agreement.tsx';
import { AnswerBar } from './answer-bar.tsx';
import { RenderedFields } from './rendered-fields.tsx';

interface ApprovalCardProps {
  readonly approval: Approval;
  /** Whether the keys a and d are about this one. */
  readonly selected: boolean;
  /** Whether the person came here with j or k, so that the page follows. */
  readonly walkedTo: boolean;
}

/** A question to a person: why it is asked, every field of what would happen, and the two answers below all of it. */
export function ApprovalCard({ approval, selected, walkedTo }: ApprovalCardProps) {
  const messages = useMessages();
  const title = useId();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (walkedTo) card.current?.scrollIntoView({ block: 'start' });
  }, [walkedTo]);
  const { rendered, reasons } = approval;
  return (
    <article
      ref={card}
      aria-labelledby={title}
      className={`scroll-mt-28 rounded-lg border bg-panel sm:scroll-mt-16 ${selected ? 'border-accent ring-1 ring-accent' : 'border-line'}`}
    >
      <header className="flex flex-wrap items-center justify-between gap-2 rounded-t-lg border-b border-line bg-warn-well px-4 py-2.5">
        <h2 id={title} className="hostile text-base font-semibold">
          <Marked shown={rendered.title} />
        </h2>
        <Countdown until={approval.expires} say={messages.timeLeft} />
      </header>
      <div className="flex flex-col gap-3 px-4 py-3">
        <section aria-label={messages.why}>
          <h3 className="text-xs font-medium text-ink-soft">{messages.why}</h3>
          <ul className="list-disc pl-5">
            {[...new Set(reasons.map(({ text }) => text))].map((text) => (
              <li key={text} className="font-medium">
                <HostileText text={text} />
              </li>
            ))}
          </ul>
        </section>
        <Agreement approval={approval} />
        <RenderedFields rendered={rendered} />
        <p className="text-xs text-ink-soft">
          {messages.digest}
          <code className="hostile block font-mono text-ink">{rendered.digest}</code>
        </p>
      </div>
      <footer className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">
        <AnswerBar key={rendered.digest} approval={approval} selected={selected} />
        <OpenRunLink run={approval.run} />
      </footer>
    </article>
  );
}
