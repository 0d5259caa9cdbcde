import type { Decision, EgressQuestion } from '@clawhold/spec';
import type { EgressHooks } from '../hooks.ts';
import { isStillAllowed } from './still-allowed.ts';

/** Something that a decision opened and that lasts: a tunnel, or a request until its answer is there. */
export interface UnderWay {
  /** The decision that withdrew it; undefined while it stands. */
  readonly withdrawn: Decision | undefined;
  /** Nothing more of it leaves. */
  sent(): void;
  /** It ended by itself. */
  leave(): void;
}

/** What is about to begin. */
interface Opened {
  /** Every question about it with its answer: one, or one for each message. */
  readonly decided: readonly { readonly question: EgressQuestion; readonly decision: Decision }[];
  /** The count of policies before the first question was asked. */
  readonly generation: number;
  readonly cut: () => void;
}

/** Everything of this proxy that is under way, to be looked at again when the policy changes. */
export interface UnderWayTable {
  /** Counts policies. A decision holds for what is entered with the count of the moment at which it was made. */
  readonly generation: number;
  /** @param opened what was decided, and how to break both sides; that is done here when the policy changed meanwhile. */
  enter(opened: Opened): UnderWay;
  /** Asks about everything again and cuts what is no longer allowed. Returns how many that were. */
  reconsider(): number;
}

class Entry implements UnderWay {
  readonly decided: Opened['decided'];
  readonly cut: () => void;
  isLeaving = true;
  withdrawn: Decision | undefined;
  readonly #entries: Entry[];
  /** Its place among all of them; undefined when it is no longer one of them. */
  #place: number | undefined;

  constructor({ decided, cut }: Opened, entries: Entry[]) {
    this.decided = decided;
    this.cut = cut;
    this.#entries = entries;
    this.#place = entries.push(this) - 1;
  }

  get isEntered(): boolean {
    return this.#place !== undefined;
  }

  sent(): void {
    this.isLeaving = false;
  }

  /** The last one moves to its place. */
  leave(): void {
    const place = this.#place;
    if (place === undefined) return;
    this.#place = undefined;
    const last = this.#entries.pop();
    if (last === undefined || last === this) return;
    this.#entries[place] = last;
    last.#place = place;
  }
}

/** @param decide the policy of this moment, without what is spent or granted; when it throws, the answer is no. */
export function createUnderWayTable(decide: EgressHooks['reconsider']): UnderWayTable {
  // No set: one that something joins and leaves all the time is copied again and again, and each copy leads on to the next.
  // Once one of them is old, all that were ever in a later one live until the whole heap is looked through.
  const entries: Entry[] = [];
  let generation = 0;

  function look(entry: Entry): boolean {
    for (const { question, decision } of entry.decided) {
      const now = decideSafely(decide, question, entry.isLeaving);
      if (isStillAllowed(decision, now)) continue;
      entry.withdrawn = now;
      entry.leave();
      entry.cut();
      return true;
    }
    return false;
  }

  return {
    get generation() {
      return generation;
    },
    enter(opened) {
      const entry = new Entry(opened, entries);
      if (opened.generation !== generation) look(entry);
      return entry;
    },
    reconsider() {
      generation++;
      let cut = 0;
      // A copy: whatever is cut leaves, and may take others with it.
      for (const entry of entries.slice()) if (entry.isEntered && look(entry)) cut++;
      return cut;
    },
  };
}

function decideSafely(decide: EgressHooks['reconsider'], question: EgressQuestion, isLeaving: boolean): Decision {
  try {
    return decide(question, isLeaving);
  } catch {
    const text = 'The policy changed, and what it says about this cannot be known.';
    return { kind: 'deny', reasons: [{ code: 'default', text }], rules: [], obligations: [], policy: '0'.repeat(64) };
  }
}
