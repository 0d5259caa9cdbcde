import { useEffect } from 'react';
import { useLostSince } from '../api/reachable.ts';
import { useWaitingCount } from './waiting.ts';

/** Names the page in its tab and in the history, and how many things wait for a person, `?` while nobody knows: a tab in the background says it too. */
export function usePageTitle(name: string): void {
  const waiting = useWaitingCount();
  const isLost = useLostSince() !== null;
  useEffect(() => {
    const count = isLost ? '(?) ' : waiting > 0 ? `(${waiting}) ` : '';
    document.title = `${count}${name} · Clawhold`;
  }, [name, waiting, isLost]);
}
