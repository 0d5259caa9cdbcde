import type { Found } from '../detector.ts';
import { tokenFormats } from './token-formats.ts';

/** The beginnings of all formats. Within a word one would be chance. */
const beginnings: RegExp = new RegExp(
  `(?<![A-Za-z0-9])(?:${tokenFormats.map(({ prefix }) => prefix.replaceAll('.', '\\.')).join('|')})`,
  'g',
);

/** What must follow each of them: so many of these characters, which are found as far as they go. */
const formats = new Map(
  tokenFormats.map((format) => {
    const letters = format.letters.replaceAll('-', '\\-');
    return [format.prefix, { ...format, run: new RegExp(`[${letters}]*`, 'y') }];
  }),
);

/** Recognises credentials by the formats that their issuers publish. */
export function findTokens(text: string): readonly Found[] {
  const found: Found[] = [];
  /** Where the last run of each set of characters ended: one that holds many beginnings is read once. */
  const ends = new Map<string, number>();
  for (const { 0: prefix, index } of text.matchAll(beginnings)) {
    const format = formats.get(prefix);
    if (format === undefined) continue;
    const from = index + prefix.length;
    let end = ends.get(format.letters) ?? 0;
    if (end < from) {
      format.run.lastIndex = from;
      format.run.test(text);
      end = format.run.lastIndex;
      ends.set(format.letters, end);
    }
    if (end - from < format.length) continue;
    const body = text.slice(from, from + format.length);
    if (format.isReal(body)) found.push({ kind: format.kind, value: prefix + body });
  }
  return found;
}
