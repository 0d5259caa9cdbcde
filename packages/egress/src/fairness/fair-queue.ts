/** Waits until so much is free and returns how to give it back. Default amount: one. */
export type FairQueue = (key: string, amount?: number) => Promise<() => void>;

export interface FairQueueOptions {
  /** What there is to share. */
  readonly places: number;
  /** The most that one key holds at a time. */
  readonly each: number;
}

interface Waiting {
  readonly amount: number;
  readonly go: () => void;
}

interface Party {
  held: number;
  readonly waiting: Waiting[];
}

/**
 * Shares something between keys (sandboxes): in the order of arrival within a key, in turns between keys. One with a hundred
 * waiting delays another by one turn, not by a hundred. Who wants more than there is gets it when nothing else is held.
 */
export function createFairQueue({ places, each }: FairQueueOptions): FairQueue {
  // In the order in which they had their last turn.
  const parties = new Map<string, Party>();
  let held = 0;

  function admit(): void {
    for (let isSomeoneServed = true; isSomeoneServed; ) {
      isSomeoneServed = false;
      for (const [key, party] of parties) {
        const [first] = party.waiting;
        if (first === undefined || (party.held > 0 && party.held + first.amount > each)) continue;
        // Nobody smaller overtakes: else whoever wants much would wait for ever.
        if (held > 0 && held + first.amount > places) return;
        party.waiting.shift();
        party.held += first.amount;
        held += first.amount;
        parties.delete(key);
        parties.set(key, party);
        first.go();
        isSomeoneServed = true;
        break;
      }
    }
  }

  function giveBack(key: string, party: Party, amount: number): void {
    party.held -= amount;
    held -= amount;
    if (party.held === 0 && party.waiting.length === 0) parties.delete(key);
    admit();
  }

  return (key, amount = 1) =>
    new Promise((resolve) => {
      const party = parties.get(key) ?? { held: 0, waiting: [] };
      parties.set(key, party);
      let isHeld = true;
      const leave = (): void => {
        if (isHeld) giveBack(key, party, amount);
        isHeld = false;
      };
      party.waiting.push({ amount, go: () => resolve(leave) });
      admit();
    });
}
