import { integrityLevels, type Label } from '@clawhold/spec';
import { joinLabels } from './label.ts';
import { keysOf } from './tokens.ts';

/** Bounds of the memory of one run. What does not fit is not vouched for, or its source cannot be named. */
export interface TokenIndexLimits {
  /** Characters of one text that are read. Default: 1 Mi. */
  readonly textLength?: number;
  /** Keys that texts of the person and of their own files may fill. Default: 200,000. */
  readonly trustedKeys?: number;
  /** Keys that texts from outside may fill; they only serve to name sources. Default: 100,000. */
  readonly externalKeys?: number;
}

/** From token to the best label under which any text held it. Built as texts come in, never scanned again. */
export class TokenIndex {
  readonly #labels = new Map<string, Label>();
  readonly #limits: Required<TokenIndexLimits>;
  #trusted = 0;
  #external = 0;

  constructor(limits: TokenIndexLimits = {}) {
    this.#limits = { textLength: 2 ** 20, trustedKeys: 200_000, externalKeys: 100_000, ...limits };
  }

  /** @param excluded whether a key of this text proves nothing, because the asker had put it there. */
  add(text: string, label: Label, excluded: (key: string) => boolean = () => false): void {
    for (const key of keysOf(text.slice(0, this.#limits.textLength))) {
      const known = this.#labels.get(key);
      if (known === undefined ? !this.#takes(label) : rank(known) < rank(label)) continue;
      if (excluded(key)) continue;
      if (known === undefined) this.#count(label);
      this.#labels.set(key, known === undefined || rank(label) < rank(known) ? label : merged(known, label));
    }
  }

  get(key: string): Label | undefined {
    return this.#labels.get(key);
  }

  #takes({ integrity }: Label): boolean {
    return integrity === 'external'
      ? this.#external < this.#limits.externalKeys
      : this.#trusted < this.#limits.trustedKeys;
  }

  #count({ integrity }: Label): void {
    if (integrity === 'external') this.#external++;
    else this.#trusted++;
  }
}

/** Texts of one file share a label object; only different labels are worth joining. */
function merged(known: Label, label: Label): Label {
  return known === label ? known : joinLabels(known, label);
}

export function rank({ integrity }: Label): number {
  return integrityLevels.indexOf(integrity);
}
