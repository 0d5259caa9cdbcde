import type { Gateway } from '../gateway/gateway.ts';
import { inTurn } from '../order/in-turn.ts';

/**
 * One counter of the gateway's, as a run sees it. What the run reserved there and did not use stays with it and goes to its
 * next reservation first, so the limit is never passed, and what a process that dies had in hand is lost.
 */
export class SharedCounter {
  readonly #name: string;
  readonly #gateway: Pick<Gateway, 'reserve'>;
  /** As the gateway last said. */
  #total = 0;
  /** Below zero: more was used than was reserved, and the next one pays for it. */
  #unused = 0;
  readonly #turn = inTurn();

  constructor(name: string, gateway: Pick<Gateway, 'reserve'>) {
    this.#name = name;
    this.#gateway = gateway;
  }

  get spent(): number {
    return this.#total - this.#unused;
  }

  /**
   * Takes an amount; false when the limit would be passed. One call comes after the other: what one of them brings home
   * and does not need is there for the next.
   *
   * @param ahead how much is fetched at once when there is room for it. Default: what is missing.
   */
  take(amount: number, limit: number, ahead = 0): Promise<boolean> {
    return this.#turn(() => this.#takeNow(amount, limit, ahead));
  }

  /** Gives back what was taken and not used; less than nothing when more was used. */
  giveBack(amount: number): void {
    this.#unused += amount;
  }

  async #takeNow(amount: number, limit: number, ahead: number): Promise<boolean> {
    if (amount <= 0) return this.spent < limit;
    const missing = amount - this.#unused;
    if (missing > 0) {
      const fetched = (ahead > missing && (await this.#fetch(ahead, limit))) || (await this.#fetch(missing, limit));
      if (!fetched) return false;
    }
    this.#unused -= amount;
    return true;
  }

  async #fetch(amount: number, limit: number): Promise<boolean> {
    const { granted, spent } = await this.#gateway.reserve({ counter: this.#name, amount, limit });
    this.#total = Math.max(this.#total, spent);
    if (granted) this.#unused += amount;
    return granted;
  }
}
