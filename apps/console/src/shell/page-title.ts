import { useEffect } from 'react';
import { usePendingApprovals } from '../approvals/queries.ts';

/** Names the page in its tab and in the history, and how many questions wait: a tab in the background says it too. */
export function usePageTitle(name: string): void {
  const waiting = usePendingApprovals().data?.length ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${name} · Clawhold`;
  }, [name, waiting]);
}
