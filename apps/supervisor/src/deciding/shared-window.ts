import type { Gateway } from '../gateway/gateway.ts';

/** A counter of the last seconds that the gateway keeps, as a run sees it. What was taken there stays taken. */
export class SharedWindow {
  readonly #counter: string;
  readonly #seconds: number;
  readonly #gateway: Pick<Gateway, 'reserve'>;
  readonly #now: () => number;
  /** As the gateway last said, and until when that is so at least. */
  #known = { spent: 0, until: 0 };

  /** @param now milliseconds since 1970. */
  constructor(counter: string, seconds: number, gateway: Pick<Gateway, 'reserve'>, now: () => number) {
    this.#counter = counter;
    this.#seconds = seconds;
    this.#gateway = gateway;
    this.#now = now;
  }

  /** At most what is spent: others take too, and what is no longer known counts as nothing until the gateway is asked. */
  get spent(): number {
    return this.#now() < this.#known.until ? this.#known.spent : 0;
  }

  /** Takes an amount; false when the limit would be passed, and from then on {@link spent} says so. */
  async take(amount: number, limit: number): Promise<boolean> {
    const wanted = { counter: this.#counter, amount, limit, seconds: this.#seconds };
    const { granted, spent, clearsIn = 0 } = await this.#gateway.reserve(wanted);
    this.#known = { spent, until: this.#now() + clearsIn };
    return granted;
  }
}
