import type { Found } from '../detector.ts';
import { tokenFormats } from './token-formats.ts';

/** The beginnings of all formats. Within a word one would be chance. */
const beginnings: RegExp = new RegExp(
  `(?<![A-Za-z0-9])(?:${tokenFormats.map(({ prefix }) => prefix.replaceAll('.', '\\.')).join('|')})`,
  'g',
);

/** What must follow each of them. */
const formats = new Map(
  tokenFormats.map((format) => {
    const letters = format.letters.replaceAll('-', '\\-');
    return [format.prefix, { ...format, body: new RegExp(`[${letters}]{${format.length}}`, 'y') }];
  }),
);

/** Recognises credentials by the formats that their issuers publish. */
export function findTokens(text: string): readonly Found[] {
  const found: Found[] = [];
  for (const { 0: prefix, index } of text.matchAll(beginnings)) {
    const format = formats.get(prefix);
    if (format === undefined) continue;
    format.body.lastIndex = index + prefix.length;
    const [body] = format.body.exec(text) ?? [];
    if (body !== undefined && format.isReal(body)) found.push({ kind: format.kind, value: prefix + body });
  }
  return found;
}
