/** How deep inspected JSON may nest. */
const maximumDepth = 64;

/**
 * Finds out whether every reader of this JSON text sees the same values. A key that is there twice is the last one to
 * JavaScript, the first one to others, an error to a few; Go's decoder also takes `Account` for `account`. So no object
 * may have two keys that are equal when case is ignored.
 *
 * @param text valid JSON (`JSON.parse` accepted it): this only walks over its tokens.
 */
export function hasAmbiguousKeys(text: string): boolean {
  const open: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  let expectsKey = false;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const token = match[0];
    if (token === '{' || token === '[') {
      if (open.length === maximumDepth) return true;
      open.push(token === '{' ? new Set() : null);
      expectsKey = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      expectsKey = false;
    } else if (token === ',') expectsKey = open.at(-1) instanceof Set;
    else if (token === ':') expectsKey = false;
    else if (expectsKey) {
      const keys = open.at(-1);
      // The text is valid JSON, so this token is a JSON string.
      const key = foldKey(JSON.parse(token) as string);
      if (keys?.has(key) === true) return true;
      keys?.add(key);
    }
  }
  return false;
}

/** Makes keys equal that some decoder takes for equal: case, and letters that only differ in form (`ſ`, `K`). */
export function foldKey(key: string): string {
  return key.normalize('NFKC').toLowerCase();
}
