/** Every match of a named value; empty when nothing was found. */
export type Lookup = (name: string) => readonly string[];

const placeholder = /\{\{\s*([\w-]+)\s*\}\}/g;

/** Puts values into a text; many matches are joined with a comma, and a missing one stays visible. */
export function fill(text: string, lookup: Lookup): string {
  return text.replaceAll(placeholder, (whole, name: string) => {
    const found = lookup(name);
    return found.length === 0 ? whole : found.join(', ');
  });
}

/** Puts values into an argument of any shape. A text that is one placeholder and has many matches becomes a list. */
export function expand(value: unknown, lookup: Lookup): unknown {
  if (typeof value === 'string') {
    const [, only] = /^\{\{\s*([\w-]+)\s*\}\}$/.exec(value) ?? [];
    const found = only === undefined ? [] : lookup(only);
    return found.length > 1 ? [...found] : fill(value, lookup);
  }
  if (Array.isArray(value)) return value.map((entry) => expand(entry, lookup));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, expand(entry, lookup)]));
}
