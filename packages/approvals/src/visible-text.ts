import { createHash } from 'node:crypto';

/** Longer values are cut in the middle. */
const shownCharacters = 2_000;

/**
 * Makes every character of hostile text one that a person sees: control, invisible, direction-changing and
 * private-use characters become `⟨U+202E⟩`, line breaks stay when `lines` is set. What is shown can be told from the
 * notation itself, because its brackets are written the same way.
 */
export function visible(text: string, options: { readonly lines?: boolean } = {}): string {
  return text.replaceAll(hidden, (character) => {
    if (character === '\n' && options.lines === true) return character;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });
}

/**
 * Control (Cc), format (Cf: bidirectional controls, zero-width), surrogate, private use and unassigned characters, line
 * and paragraph separators, every space but the plain one, whatever Unicode says to ignore when it cannot be drawn
 * (fillers, variation selectors), the blank of Braille, marks that have nothing to stand on or pile up, and the brackets
 * of the notation.
 */
const hidden: RegExp =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800⟨⟩]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}|^\p{M}/gu;

export interface ShownText {
  readonly text: string;
  /** Says what was cut or is unusual; null when nothing is. */
  readonly note: string | null;
}

/** Makes text visible, and cuts what is too long in the middle, with its length and digest in the note. */
export function shown(text: string, options: { readonly lines?: boolean } = {}): ShownText {
  const hiddenCharacters =
    visible(text, options) !== text ? 'It holds characters that cannot be seen; they are written as ⟨U+…⟩.' : null;
  if (text.length <= shownCharacters) return { text: visible(text, options), note: hiddenCharacters };
  const half = shownCharacters / 2;
  const digest = createHash('sha256').update(text).digest('hex');
  const missing = text.length - 2 * half;
  const cut = `${visible(text.slice(0, half), options)} … ${missing} characters are not shown … ${visible(text.slice(-half), options)}`;
  const note = `${text.length} characters, SHA-256 ${digest}.`;
  return { text: cut, note: hiddenCharacters === null ? note : `${note} ${hiddenCharacters}` };
}
