import type { ReactNode } from 'react';
import { useMessages } from '../language/language.tsx';
import { ProblemNotice } from './problem-notice.tsx';

interface PendingProps<Value> {
  readonly query: { readonly data: Value | undefined; readonly error: Error | null };
  readonly children: (value: Value) => ReactNode;
}

/** The three states of what comes from the gateway: not yet here, refused, here. */
export function Pending<Value>({ query, children }: PendingProps<Value>) {
  const messages = useMessages();
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null)
    return (
      <div className="p-4">
        <ProblemNotice error={query.error} />
      </div>
    );
  return (
    <p role="status" className="p-4 text-ink-soft">
      {messages.loading}
    </p>
  );
}
