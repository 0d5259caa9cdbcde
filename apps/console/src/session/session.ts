import { useSyncExternalStore } from 'react';

const place = 'clawhold.session';
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

function secret(): string | null {
  return sessionStorage.getItem(place);
}

/**
 * The half of a session that a page holds: the header secret, for this tab only. The other half is an HttpOnly cookie
 * that no script sees; neither works without the other.
 */
export const session = {
  begin(value: string): void {
    sessionStorage.setItem(place, value);
    changed();
  },
  end(): void {
    sessionStorage.removeItem(place);
    changed();
  },
} as const;

/** The header that goes with every request of this tab. */
export function sessionHeaders(): Readonly<Record<string, string>> {
  const value = secret();
  return value === null ? {} : { 'x-clawhold-session': value };
}

export function useSignedIn(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => secret() !== null,
  );
}
