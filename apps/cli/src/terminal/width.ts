import { stripVTControlCharacters } from 'node:util';

/** Takes two columns in a terminal (Unicode TR 11, "wide" and "fullwidth"; enough for text of people). */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;

/** How many columns a text takes in a terminal; colours take none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text))
    if (wide.test(character)) columns += 2;
    else if (!/\p{M}/u.test(character)) columns += 1;
  return columns;
}

/** Cuts a text to so many columns, with an ellipsis when something is missing. It must hold no colours. */
export function fit(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let shown = '';
  let used = 0;
  for (const character of text) {
    const next = columnsOf(character);
    if (used + next > columns - 1) break;
    shown += character;
    used += next;
  }
  return `${shown}…`;
}

/** Breaks a text into lines of so many columns, between words where it can. It must hold no colours. */
export function wrap(text: string, columns: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, Math.max(columns, 20)));
}

function wrapParagraph(paragraph: string, columns: number): readonly string[] {
  if (columnsOf(paragraph) <= columns) return [paragraph];
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/(?<= )/)) {
    if (line !== '' && columnsOf((line + word).trimEnd()) > columns) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
    // A word that is longer than a line is broken where the line ends: nothing of it is lost.
    while (columnsOf(line.trimEnd()) > columns) {
      const head = fit(line, columns + 1).slice(0, -1);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()];
}
