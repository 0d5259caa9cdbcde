import type { BodyMemory } from '../proxy/request-body.ts';
import { type Fault, fault } from '../wire/fault.ts';

/** So much of every answer is held without asking anybody. */
const free = 64 * 1024;

/** The memory for a part of an answer that passes as a whole or not at all; sandboxes share it in turns. */
export class Holding implements Disposable {
  readonly #memory: BodyMemory;
  readonly #most: number;
  #giveBack: (() => void) | undefined;
  #until = 0;

  /** @param most bytes that may be held at a time. */
  constructor(memory: BodyMemory, most: number) {
    this.#memory = memory;
    this.#most = most;
  }

  /** To be told of how much is held after each piece; what does not become whole in time is a fault. */
  async holds(bytes: number): Promise<Fault | undefined> {
    if (bytes <= free) {
      this[Symbol.dispose]();
      return undefined;
    }
    if (this.#giveBack === undefined) {
      this.#giveBack = await this.#memory.take(this.#most);
      this.#until = performance.now() + this.#memory.seconds * 1_000;
    }
    return performance.now() > this.#until ? tooSlow : undefined;
  }

  [Symbol.dispose](): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
  }
}

const tooSlow: Fault = fault('slow_answer', 'The answer did not come in time to be read.', 504);
