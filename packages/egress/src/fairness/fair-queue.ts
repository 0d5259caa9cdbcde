import type { Soon } from '../wire/soon.ts';

/** Gives how to give back so much of what is shared, at once or when it is free. Default amount: one. */
export type FairQueue = (key: string, amount?: number) => Soon<() => void>;

export interface FairQueueOptions {
  /** What there is to share. */
  readonly places: number;
  /** The most that one key holds at a time. */
  readonly each: number;
}

interface Wish {
  readonly amount: number;
  readonly grant: () => void;
}

interface Party {
  held: number;
  /** When it had its last turn, or came. */
  turn: number;
  readonly wishes: Wish[];
}

/**
 * Shares something between keys (sandboxes): in the order of arrival within a key, in turns between keys. One with a hundred
 * waiting delays another by one turn, not by a hundred. Who wants more than there is gets it when nothing else is held.
 */
export function createFairQueue({ places, each }: FairQueueOptions): FairQueue {
  const parties = new Map<string, Party>();
  let turns = 0;
  let held = 0;
  let waiting = 0;

  const mayHold = (party: Party, amount: number): boolean => party.held === 0 || party.held + amount <= each;
  const isFree = (amount: number): boolean => held === 0 || held + amount <= places;

  function take(party: Party, amount: number): void {
    party.held += amount;
    party.turn = turns++;
    held += amount;
  }

  /** Whose turn it is. */
  function next(): Party | undefined {
    let first: Party | undefined;
    for (const party of parties.values()) {
      const [wish] = party.wishes;
      if (wish === undefined || !mayHold(party, wish.amount)) continue;
      if (first === undefined || party.turn < first.turn) first = party;
    }
    return first;
  }

  function admit(): void {
    while (waiting > 0) {
      const party = next();
      const wish = party?.wishes[0];
      // Nobody smaller overtakes: else whoever wants much would wait for ever.
      if (party === undefined || wish === undefined || !isFree(wish.amount)) return;
      party.wishes.shift();
      waiting--;
      take(party, wish.amount);
      wish.grant();
    }
  }

  function partyOf(key: string): Party {
    const known = parties.get(key);
    if (known !== undefined) return known;
    const party = { held: 0, turn: turns++, wishes: [] };
    parties.set(key, party);
    return party;
  }

  function giveBack(key: string, party: Party, amount: number): void {
    party.held -= amount;
    held -= amount;
    if (party.held === 0 && party.wishes.length === 0) parties.delete(key);
    admit();
  }

  return (key, amount = 1) => {
    const party = partyOf(key);
    let isHeld = true;
    const leave = (): void => {
      if (isHeld) giveBack(key, party, amount);
      isHeld = false;
    };
    if (waiting === 0 && mayHold(party, amount) && isFree(amount)) {
      take(party, amount);
      return leave;
    }
    return new Promise((resolve) => {
      party.wishes.push({ amount, grant: () => resolve(leave) });
      waiting++;
      admit();
    });
  };
}
