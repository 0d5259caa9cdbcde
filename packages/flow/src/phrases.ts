import type { Label } from '@clawhold/spec';
import { rank } from './token-index.ts';

interface Kept {
  readonly text: string;
  /** What the asker had put into the question; a phrase from there proves nothing. */
  readonly asked: string;
  readonly label: Label;
}

/** Characters of trusted text that are kept to look for values of several words. */
const keptLength = 2 ** 20;

/** Finds values of several words, which have no token, in the texts that may vouch for them. */
export class Phrases {
  readonly #kept: Kept[] = [];
  #length = 0;

  add(text: string, label: Label, asked = ''): void {
    if (label.integrity === 'external' || this.#length + text.length > keptLength) return;
    this.#length += text.length;
    this.#kept.push({ text: spaced(text), asked: spaced(asked), label });
  }

  /** The best label of a text that holds the phrase between word boundaries, case by case and space by space. */
  find(value: string): Label | undefined {
    const phrase = spaced(value).trim();
    if (!phrase.includes(' ')) return undefined;
    let best: Label | undefined;
    for (const { text, asked, label } of this.#kept)
      if ((best === undefined || rank(label) < rank(best)) && !asked.includes(phrase) && holds(text, phrase))
        best = label;
    return best;
  }
}

function spaced(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}

function holds(text: string, phrase: string): boolean {
  const word = /[\p{L}\p{N}\p{M}_.@-]/u;
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + phrase.length);
    if (!word.test(before) && !word.test(after)) return true;
  }
  return false;
}
