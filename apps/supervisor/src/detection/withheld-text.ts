import { Buffer } from 'node:buffer';
import { type DetectedKind, type ExactValues, type Found, findShapes, type Shape } from '@clawhold/detect';
import type { Redaction } from '@clawhold/spec';

export interface Withholding {
  readonly what: readonly Redaction[];
  /** Values that are known beforehand: a run's canary, the installation's own keys. Withheld with `secrets`. */
  readonly guarded: ExactValues;
  /** Says what stands in the place of a value, and that it does. */
  readonly place: (kind: string, value: string) => string;
}

const shapesOf: Readonly<Record<Redaction, Shape>> = { pii: 'pii', secrets: 'credentials' };

/**
 * Takes what a policy withholds from models out of a text. What stands in it as it is gives way to its placeholder; a line
 * in which something is found only under an encoding goes as a whole, and where that does not help either the text does.
 */
export function withholdIn(text: string, withholding: Withholding): string {
  const { place } = withholding;
  const found = findIn(text, withholding);
  if (found.length === 0) return text;
  // The longest first: one address may be the end of another.
  const plain = found
    .map(({ kind, value }) => ({ kind, value: kind === 'e-mail address' ? value.replace(/\.$/, '') : value }))
    .toSorted((one, other) => other.value.length - one.value.length)
    .reduce((rest, { kind, value }) => rest.replace(spellings(kind, value), () => place(kind, value)), text);
  if (findIn(plain, withholding).length === 0) return plain;
  const lines = plain.split('\n').map((line) => (findIn(line, withholding).length > 0 ? place('line', line) : line));
  const byLine = lines.join('\n');
  return findIn(byLine, withholding).length === 0 ? byLine : place('text', text);
}

/** Private keys go whole: a detector names their first line only. To the end of the text where the last line is missing. */
export function withholdPrivateKeys(text: string, { what, place }: Withholding): string {
  if (!what.includes('secrets') || !text.includes('PRIVATE KEY-----')) return text;
  return text.replace(
    /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^-]*(?:-----END (?:[A-Z]+ )?PRIVATE KEY-----)?/g,
    (block) => place('private key', block),
  );
}

function findIn(text: string, { what, guarded }: Withholding): readonly Found[] {
  const bytes = Buffer.from(text);
  const shapes = findShapes(
    bytes,
    what.map((one) => shapesOf[one]),
  );
  if (!what.includes('secrets')) return shapes;
  const detector = guarded.detector();
  return [...shapes, ...detector.feed(bytes), ...detector.end()];
}

/** How a value that was found stands in a text. A token goes to its end: a detector stops where its format is sure. */
function spellings(kind: DetectedKind, value: string): RegExp {
  const letters = [...value].map((letter) => letter.replace(/\W/, '\\$&'));
  switch (kind) {
    case 'payment card':
    case 'bank account':
    case 'phone number':
      return new RegExp(letters.join('[ -]?'), 'g');
    case 'access key':
    case 'JSON web token':
    case 'private key':
      return new RegExp(`${letters.join('')}[A-Za-z0-9_.=/+-]*`, 'g');
    case 'canary':
    case 'secret':
    case 'e-mail address':
      return new RegExp(letters.join(''), 'g');
    default:
      return kind satisfies never;
  }
}
