import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Wakes whoever waits for something in the database, whichever process wrote it (LISTEN/NOTIFY on one connection). */
export interface Signals {
  /** From now on, `next()` answers when `topic` was signalled since the last call, or after `patience` at the latest. */
  subscribe(topic: string, signal: AbortSignal): Subscription;
  close(): Promise<void>;
}

export interface Subscription {
  next(): Promise<void>;
}

/** A lost notification costs this much, never an event: readers always read the table again. */
const patienceMilliseconds = 5_000;
const reconnectMilliseconds = 500;

/** Listens on the channel `clawhold`; payloads are topics such as `timeline/run_…`. */
export function listenForSignals(url: string): Signals {
  const topics = new EventTarget();
  const closing = new AbortController();
  let client: pg.Client | undefined;

  async function listen(): Promise<void> {
    while (!closing.signal.aborted) {
      client = new pg.Client({ connectionString: url });
      const ended = new Promise<void>((resolve) => client?.on('error', () => resolve()).on('end', () => resolve()));
      client.on('notification', ({ payload }) => topics.dispatchEvent(new Event(payload ?? '')));
      try {
        await client.connect();
        await client.query('listen clawhold');
        await ended;
      } catch {
        // The pool's users report a lost database; here it only means to try again.
      }
      await client.end().catch(() => undefined);
      await sleep(reconnectMilliseconds, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }
  const listening = listen();

  return {
    subscribe(topic, signal) {
      let woken = false;
      let wake: (() => void) | undefined;
      const onSignal = (): void => {
        woken = true;
        wake?.();
      };
      topics.addEventListener(topic, onSignal, { signal });
      return {
        async next() {
          if (!woken && !signal.aborted)
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, patienceMilliseconds);
              const finish = (): void => {
                clearTimeout(timer);
                signal.removeEventListener('abort', finish);
                resolve();
              };
              wake = finish;
              signal.addEventListener('abort', finish, { once: true });
            });
          woken = false;
          wake = undefined;
        },
      };
    },
    async close() {
      closing.abort();
      await client?.end().catch(() => undefined);
      await listening;
    },
  };
}
