import { ApiProblem, Unreachable } from '@clawhold/client';
import { useSyncExternalStore } from 'react';

let lastHeard = Date.now();
let lostSince: number | null = null;
const listeners = new Set<() => void>();

function set(since: number | null): void {
  if (since === lostSince) return;
  lostSince = since;
  for (const listener of listeners) listener();
}

/** What became of the latest requests to the gateway. */
export const reachable = {
  heard(): void {
    lastHeard = Date.now();
    set(null);
  },
  /** An error that is an answer is one too. */
  failed(error: Error): void {
    if (error instanceof Unreachable) set(lostSince ?? lastHeard);
    else if (error instanceof ApiProblem) reachable.heard();
  },
} as const;

/** When the gateway answered last, in milliseconds since 1970, while it does not answer; null while it does. */
export function useLostSince(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => lostSince,
  );
}
