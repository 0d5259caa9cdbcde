import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { Walked } from './walked-list.tsx';

interface WalkedCardProps extends Walked {
  readonly title: ReactNode;
  /** Stands at the end of the title's line. */
  readonly aside: ReactNode;
  readonly footer: ReactNode;
  /** Default: `warn`. */
  readonly tone?: keyof typeof wells;
  readonly children: ReactNode;
}

const wells = { warn: 'bg-warn-well', bad: 'bg-bad-well' } as const;

/** Something to decide about: what it is, everything that is known of it, and the answers below all of it. */
export function WalkedCard({ selected, walkedTo, title, aside, footer, tone = 'warn', children }: WalkedCardProps) {
  const id = useId();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (walkedTo) card.current?.scrollIntoView({ block: 'start' });
  }, [walkedTo]);
  return (
    <article
      ref={card}
      aria-labelledby={id}
      className={`scroll-mt-28 rounded-lg border bg-panel sm:scroll-mt-16 ${selected ? 'border-accent ring-1 ring-accent' : 'border-line'}`}
    >
      <header
        className={`flex flex-wrap items-center justify-between gap-2 rounded-t-lg border-b border-line px-4 py-2.5 ${wells[tone]}`}
      >
        <h2 id={id} className="hostile text-base font-semibold">
          {title}
        </h2>
        {aside}
      </header>
      <div className="flex flex-col gap-3 px-4 py-3">{children}</div>
      <footer className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3">{footer}</footer>
    </article>
  );
}
