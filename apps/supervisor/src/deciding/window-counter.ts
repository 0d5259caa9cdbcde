interface Spending {
  readonly time: number;
  amount: number;
}

/** Adds up what was spent in the last seconds. */
export interface WindowCounter {
  spent(now: number): number;
  add(amount: number, now: number): void;
  /** Gives back what was added last, so that nothing given back lives longer than what it stood for. */
  giveBack(amount: number): void;
}

/** @param milliseconds how long a spending counts. */
export function createWindowCounter(milliseconds: number): WindowCounter {
  let spendings: Spending[] = [];
  return {
    spent(now) {
      spendings = spendings.filter(({ time }) => time > now - milliseconds);
      return spendings.reduce((sum, { amount }) => sum + amount, 0);
    },
    add: (amount, now) => void spendings.push({ time: now, amount }),
    giveBack(amount) {
      let left = amount;
      for (const spending of spendings.toReversed()) {
        const taken = Math.min(spending.amount, left);
        spending.amount -= taken;
        left -= taken;
      }
    },
  };
}
