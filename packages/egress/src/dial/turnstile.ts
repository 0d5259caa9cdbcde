/** Waits for a place and returns how to give it back. */
export type Turnstile = (key: string) => Promise<() => void>;

interface Waiting {
  readonly key: string;
  readonly go: () => void;
}

/**
 * Lets at most `places` in at a time and at most one of each key, in the order of arrival among those that may. A key
 * with a hundred waiting therefore delays another by one turn, not by a hundred.
 */
export function createTurnstile(places: number): Turnstile {
  const inside = new Set<string>();
  const queue: Waiting[] = [];

  function admit(): void {
    for (let index = 0; index < queue.length && inside.size < places; ) {
      const waiting = queue[index];
      if (waiting === undefined || inside.has(waiting.key)) index++;
      else {
        queue.splice(index, 1);
        inside.add(waiting.key);
        waiting.go();
      }
    }
  }

  return (key) =>
    new Promise((resolve) => {
      const leave = (): void => {
        inside.delete(key);
        admit();
      };
      queue.push({ key, go: () => resolve(leave) });
      admit();
    });
}
