import { endOfString } from '../json-text.ts';

/**
 * Writes other values in the place of the strings and numbers of a JSON text and leaves every other byte alone, keys and
 * values alike: what a reader sees of it is what was looked at. The text must be JSON.
 *
 * @param replace gets the decoded string, or a number as it is written; the same value back means no change. What takes
 *   the place of a number is a string.
 */
export async function replaceScalars(text: string, replace: (value: string) => Promise<string>): Promise<string> {
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfScalar(text, at);
    if (end === undefined) {
      at += 1;
      continue;
    }
    const written = text.slice(at, end);
    const value = text[at] === '"' ? String(JSON.parse(written)) : written;
    const replaced = await replace(value);
    if (replaced !== value) {
      pieces.push(text.slice(copied, at), JSON.stringify(replaced));
      copied = end;
    }
    at = end;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied);
}

function endOfScalar(text: string, at: number): number | undefined {
  if (text[at] === '"') return endOfString(text, at);
  if (!isOfNumber(text, at)) return undefined;
  let end = at + 1;
  while (isOfNumber(text, end) || /[.eE+]/.test(text.charAt(end))) end += 1;
  return end;
}

/** Outside strings, digits and `-` are in numbers only (RFC 8259, section 6). */
function isOfNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}
