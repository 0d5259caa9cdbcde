import type { RunId, TimelineBody } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';

/** What became of requests, on its way to the timelines of their runs. */
export interface RequestTimeline {
  /** Adds an entry. Nobody waits for it: its request is over. */
  tell(run: RunId, entry: TimelineBody): void;
  /** Settles when all that was told until now is written, or could not be. Never rejects. */
  written(): Promise<void>;
}

/** Entries in one append; with the longest addresses about half a megabyte. */
const entriesAtOnce = 256;

/** Entries of one run that wait. A program asks faster than a database writes: what comes after them, until they are written, is counted. */
const mostWaiting = 4_096;

/**
 * Writes the entries of each run in the order in which they were told, one append at a time: each is a transaction, and all
 * of one run wait for the same row. What comes while one is under way goes together with the next.
 */
export function createRequestTimeline(gateway: Pick<Gateway, 'appendTimeline'>): RequestTimeline {
  /** Of each run of which something is being written. */
  const backlogs = new Map<RunId, Backlog>();

  async function write(run: RunId, backlog: Backlog): Promise<void> {
    for (let bodies = backlog.take(); bodies.length > 0; bodies = backlog.take())
      try {
        await gateway.appendTimeline({ run, bodies });
      } catch (error) {
        console.error(error);
      }
    backlogs.delete(run);
  }

  return {
    tell(run, entry) {
      const backlog = backlogs.get(run) ?? new Backlog();
      backlog.add(entry);
      if (backlogs.has(run)) return;
      backlogs.set(run, backlog);
      backlog.written = write(run, backlog);
    },
    async written() {
      await Promise.all([...backlogs.values()].map((backlog) => backlog.written));
    },
  };
}

/** What waits for the append that is under way. */
class Backlog {
  written: Promise<void> = Promise.resolve();
  #entries: TimelineBody[] = [];
  /** How many came after them and were only counted. */
  #counted = 0;

  add(entry: TimelineBody): void {
    if (this.#counted === 0 && this.#entries.length < mostWaiting) this.#entries.push(entry);
    else this.#counted++;
  }

  /** What goes next; empty when nothing is left. */
  take(): TimelineBody[] {
    const taken = this.#entries.slice(0, entriesAtOnce);
    this.#entries = this.#entries.slice(entriesAtOnce);
    if (this.#counted > 0 && this.#entries.length === 0) {
      taken.push(onlyCounted(this.#counted));
      this.#counted = 0;
    }
    return taken;
  }
}

function onlyCounted(count: number): TimelineBody {
  const text = `${count} requests came faster than they could be written here. The ledger has what was decided about them.`;
  return { kind: 'note', level: 'warning', text };
}
