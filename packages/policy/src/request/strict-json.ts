export type JsonResult =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reason: string };

/** Deeper documents are refused; no business system sends them. */
const maximumDepth = 64;

/**
 * Parses JSON that every parser reads in the same way: valid UTF-8 without byte order mark, and no object with two keys
 * that are equal when case is ignored. RFC 8259 section 4 leaves open which of two equal keys counts, and Go's decoder
 * also takes `Account` for `account`.
 */
export function parseStrictJson(bytes: Uint8Array): JsonResult {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const ambiguity = findAmbiguity(text);
    return ambiguity === undefined ? { kind: 'ok', value } : { kind: 'refused', reason: ambiguity };
  } catch {
    return { kind: 'refused', reason: 'The body is not JSON in UTF-8.' };
  }
}

/**
 * Says why two readers of this JSON text could see different values.
 *
 * @param text valid JSON (`JSON.parse` accepted it): this only walks over its tokens.
 */
export function findAmbiguity(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gsu;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(token.slice(0, -colon.length)));
      const keys = open.at(-1);
      if (keys?.has(foldKey(key)) === true) return `The body has the key "${key.slice(0, 40)}" twice.`;
      keys?.add(foldKey(key));
    }
    if (open.length > maximumDepth) return 'The body is nested too deep.';
  }
  return undefined;
}

/** Makes keys equal that some decoder takes for equal: case, and letters that only differ in form (`ſ`, `K`). */
export function foldKey(key: string): string {
  return key.normalize('NFKC').toLowerCase();
}
