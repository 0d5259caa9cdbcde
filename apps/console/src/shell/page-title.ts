import { useEffect } from 'react';
import { useWaitingCount } from './waiting.ts';

/** Names the page in its tab and in the history, and how many things wait for a person: a tab in the background says it too. */
export function usePageTitle(name: string): void {
  const waiting = useWaitingCount();
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${name} · Clawhold`;
  }, [name, waiting]);
}
