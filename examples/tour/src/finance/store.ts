import { readFile, rename, writeFile } from 'node:fs/promises';

export interface Payment {
  readonly id: string;
  readonly account: string;
  readonly amount: string;
  readonly reference: string;
}

export interface Posting {
  readonly id: string;
  readonly period: string;
  readonly total: string;
  readonly [detail: string]: unknown;
}

/** Everything the finance system knows: what was done to it can be seen here. */
export interface FinanceState {
  readonly accounts: readonly { readonly iban: string; readonly name: string; readonly balance: string }[];
  readonly payments: readonly Payment[];
  readonly postings: readonly Posting[];
}

const empty: FinanceState = {
  accounts: [{ iban: 'DE75512108001245126199', name: 'Operating account', balance: '84210.55' }],
  payments: [],
  postings: [],
};

/** The state in memory and, after every change, in a file. */
export class FinanceStore {
  readonly #file: string | undefined;
  #state: FinanceState;
  #saving: Promise<void> = Promise.resolve();

  private constructor(file: string | undefined, state: FinanceState) {
    this.#file = file;
    this.#state = state;
  }

  static async open(file: string | undefined): Promise<FinanceStore> {
    if (file === undefined) return new FinanceStore(file, empty);
    try {
      // The file is this program's own; nobody else writes it.
      return new FinanceStore(file, JSON.parse(await readFile(file, 'utf8')) as FinanceState);
    } catch (error) {
      if (Reflect.get(Object(error), 'code') === 'ENOENT') return new FinanceStore(file, empty);
      throw error;
    }
  }

  get state(): FinanceState {
    return this.#state;
  }

  async change(state: FinanceState): Promise<void> {
    this.#state = state;
    this.#saving = this.#saving.then(() => this.#save());
    await this.#saving;
  }

  async #save(): Promise<void> {
    if (this.#file === undefined) return;
    await writeFile(`${this.#file}.new`, JSON.stringify(this.#state, undefined, 2), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }
}
