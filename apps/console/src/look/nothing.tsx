import type { ReactNode } from 'react';
import { useLostSince } from '../api/reachable.ts';
import { useMessages } from '../language/language.tsx';

interface NothingProps {
  /** Why nothing is here, and what would be. */
  readonly children: ReactNode;
  /** Whether it stands on the page by itself. Default: it stands in a panel. */
  readonly alone?: boolean;
}

/** What an empty list says. While the gateway does not answer nobody knows whether it is empty still. */
export function Nothing({ children, alone = false }: NothingProps) {
  const messages = useMessages();
  const isLost = useLostSince() !== null;
  return (
    <p className={`p-8 text-center text-ink-soft ${alone ? 'rounded-lg border border-line bg-panel' : ''}`}>
      {isLost ? messages.nobodyKnows : children}
    </p>
  );
}
