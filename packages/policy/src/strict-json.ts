export type JsonResult =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reason: string };

/** Deeper documents are refused; no business system sends them. */
const maximumDepth = 64;

/**
 * Parses JSON that every parser reads in the same way: valid UTF-8 without byte order mark, and no object with the same
 * key twice (RFC 8259 section 4 leaves open which one counts), also not when one of them is written with escapes.
 */
export function parseStrictJson(bytes: Uint8Array): JsonResult {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const repeated = repeatedKey(text);
    return repeated === undefined ? { kind: 'ok', value } : { kind: 'refused', reason: repeated };
  } catch {
    return { kind: 'refused', reason: 'The body is not JSON in UTF-8.' };
  }
}

/** Walks text that JSON.parse has accepted and looks at the keys only. */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gsu;
  for (const match of text.matchAll(tokens)) {
    const [token, colon] = match;
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(token.slice(0, -colon.length)));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return `The body has the key "${key.slice(0, 40)}" twice.`;
      keys?.add(key);
    }
    if (open.length > maximumDepth) return 'The body is nested too deep.';
  }
  return undefined;
}
