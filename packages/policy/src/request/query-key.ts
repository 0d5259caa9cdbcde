import { foldKey } from './strict-json.ts';

/** Tells whether some server takes a key of a query for this one: case, and the brackets of PHP, Rails and qs (`to[]`, `to[0]`). */
export function meaningOf(wanted: string): (found: string) => boolean {
  const name = foldKey(wanted);
  const list = `${name}[`;
  return (found) => {
    const key = foldKey(found);
    return key === name || key.startsWith(list);
  };
}

/**
 * Whether servers part a query in different places: some take `;` for `&`, as HTML 4 (B.2.2) told them to, so that one value may
 * hold another pair.
 */
export function isPartedTwoWays(query: string): boolean {
  return query.includes(';');
}
