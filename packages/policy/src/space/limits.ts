const conditions = {
  where: 'Conditions (`where`) were tried with empty arguments only.',
  destination: 'Values that choose a destination were left out.',
  query: 'Of each query matcher one query that meets it and none were tried.',
  messages: 'Of messages one for each name that rules spell out, and one that they do not, were tried.',
} as const;

/** What an exploration could not cover; an answer that depends on it must say so. */
export class Limits {
  readonly #sentences = new Set<string>();

  incomplete(what: 'hosts' | 'paths' | 'executables' | 'names'): void {
    this.#sentences.add(`There are too many different ${what} to look at each; the answer covers the first of them.`);
  }

  conditional(what: keyof typeof conditions): void {
    this.#sentences.add(conditions[what]);
  }

  /** One sentence for each; none when everything was covered. */
  get sentences(): readonly string[] {
    return [...this.#sentences];
  }
}
