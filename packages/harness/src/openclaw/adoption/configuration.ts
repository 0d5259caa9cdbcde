import JSON5 from 'json5';

/** More is no configuration that a person keeps, in characters. */
export const configurationCharacters = 2_000_000;
/** Levels below the top that are looked at; what lies deeper is no key that OpenClaw knows. */
const mostLevels = 24;
/** Values that are looked at. */
const mostValues = 50_000;

/** The configuration of an OpenClaw, of which nothing is known but that it is an object. */
export type OpenClawConfiguration = Readonly<Record<string, unknown>>;

/** One value of a configuration that has no others below it, and the keys that lead to it. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Reads the text of an `openclaw.json` (JSON5). Never throws. */
export function readConfiguration(text: string): OpenClawConfiguration | { readonly unreadable: string } {
  if (text.length > configurationCharacters) return { unreadable: 'it is too long' };
  try {
    const read: unknown = JSON5.parse(text);
    return isObject(read) ? read : { unreadable: 'it is no object' };
  } catch (error) {
    // Where, and not what: a parser quotes the character that it stumbled over, and no more is told.
    const [, line] = /at (\d+:\d+)/.exec(String(error)) ?? [];
    return { unreadable: line === undefined ? 'it is no JSON5' : `it is no JSON5 at ${line}` };
  }
}

export function isUnreadable(
  read: OpenClawConfiguration | { readonly unreadable: string },
): read is { readonly unreadable: string } {
  return typeof read['unreadable'] === 'string' && Object.keys(read).length === 1;
}

/** What lies behind these keys, or undefined. */
export function valueAt(configuration: unknown, ...keys: readonly string[]): unknown {
  let value = configuration;
  for (const key of keys) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The keys of an object behind these keys; none where there is none. */
export function keysAt(configuration: unknown, ...keys: readonly string[]): readonly string[] {
  const value = valueAt(configuration, ...keys);
  return isObject(value) ? Object.keys(value) : [];
}

export function textAt(configuration: unknown, ...keys: readonly string[]): string | undefined {
  const value = valueAt(configuration, ...keys);
  return typeof value === 'string' ? value : undefined;
}

/** Every value without others below it, in order, within bounds. */
export function leavesOf(value: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const waiting: Leaf[] = value === undefined ? [] : [{ path: [], value }];
  for (let looked = 0; looked < mostValues; looked++) {
    const next = waiting.pop();
    if (next === undefined) break;
    if (typeof next.value !== 'object' || next.value === null) {
      leaves.push(next);
      continue;
    }
    if (next.path.length >= mostLevels) continue;
    for (const [key, below] of Object.entries(next.value).toReversed())
      waiting.push({ path: [...next.path, key], value: below });
  }
  return leaves;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
