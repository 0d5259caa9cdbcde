import { canBeLookedFor, findShapes, type Known, prepareExactValues } from '@clawhold/detect';

/** What looking for secrets in a file came to. */
export type Searched =
  /** It has none that is known. `hasOther`: something in it has the form of a credential all the same. */
  | { readonly kind: 'clean'; readonly bytes: Buffer; readonly hasOther: boolean }
  /** It had some in clear text; in their place stands where they went. */
  | { readonly kind: 'scrubbed'; readonly bytes: Buffer; readonly hasOther: boolean }
  /** It has one in a form that cannot be taken out. */
  | { readonly kind: 'hidden' };

/** More of a file than this is not looked at for forms of credentials. */
const lookedBytes = 2 ** 20;

/** Looks for these values, in clear text and as base64, hex, percent escapes and the like, two deep. */
export interface SecretSearch {
  search(bytes: Buffer): Searched;
}

/** @param secrets each value with the words that take its place. */
export function createSecretSearch(secrets: ReadonlyMap<string, string>): SecretSearch {
  const long: readonly Known[] = [...secrets.keys()].filter(canBeLookedFor).map((value) => ({ kind: 'secret', value }));
  const exact = prepareExactValues(long);
  // The longest first: one may be the beginning of another.
  const clear = [...secrets].toSorted(([a], [b]) => b.length - a.length);
  const isHidden = (bytes: Buffer): boolean =>
    (long.length > 0 && exact.find(bytes) !== undefined) || clear.some(([value]) => bytes.includes(value));

  return {
    search(bytes) {
      if (!isHidden(bytes)) return { kind: 'clean', bytes, hasOther: hasCredential(bytes) };
      const scrubbed = scrub(bytes, clear);
      if (scrubbed === undefined || isHidden(scrubbed)) return { kind: 'hidden' };
      return { kind: 'scrubbed', bytes: scrubbed, hasOther: hasCredential(scrubbed) };
    },
  };
}

function scrub(bytes: Buffer, secrets: readonly (readonly [string, string])[]): Buffer | undefined {
  try {
    let text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    for (const [value, words] of secrets) text = text.replaceAll(value, () => words);
    return Buffer.from(text);
  } catch {
    return undefined;
  }
}

function hasCredential(bytes: Buffer): boolean {
  return findShapes(bytes.subarray(0, lookedBytes), ['credentials']).length > 0;
}
