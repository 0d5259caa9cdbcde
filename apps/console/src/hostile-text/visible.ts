/**
 * What a person would not see in hostile text, or what would change how they see the rest: control (Cc), format (Cf:
 * bidirectional controls, zero-width), surrogate, private use and unassigned characters, line and paragraph separators,
 * every space but the plain one, whatever Unicode says to ignore when it cannot be drawn, the blank of Braille, marks
 * that have nothing to stand on or pile up, and the brackets of our own notation.
 *
 * The gateway draws questions to people by the same rule (packages/approvals, `visible`); a test holds the two together.
 */
const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800⟨⟩]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}|^\p{M}/gu;

const notation = /⟨U\+[0-9A-F]{4,6}⟩/g;

export interface VisibleOptions {
  /** Line breaks and tabs stay what they are. Default: they are written out too. */
  readonly lines?: boolean;
}

/** Writes every hidden character as `⟨U+202E⟩`. */
export function visible(text: string, options: VisibleOptions = {}): string {
  return text.replaceAll(hidden, (character) => {
    if (options.lines === true && (character === '\n' || character === '\t')) return character;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });
}

export interface Piece {
  /** Where it begins in the text. */
  readonly at: number;
  readonly text: string;
  /** Whether it stands for a character that cannot be seen. */
  readonly marked: boolean;
}

/** Cuts visible text into what was written and what stands for something else, so that the two can look different. */
export function pieces(shown: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of shown.matchAll(notation)) {
    if (match.index > at) found.push({ at, text: shown.slice(at, match.index), marked: false });
    found.push({ at: match.index, text: match[0], marked: true });
    at = match.index + match[0].length;
  }
  if (at < shown.length) found.push({ at, text: shown.slice(at), marked: false });
  return found;
}
