/** A JSON document that has exactly one reading. */
export interface JsonText {
  readonly kind: 'json';
  readonly value: unknown;
  /** Where the value of each key of the outermost object stands in the text. */
  readonly spans: ReadonlyMap<string, Span>;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface UnreadableJson {
  readonly kind: 'unreadable';
  /** What is wrong, as the end of a sentence: "… is not JSON". */
  readonly reason: string;
}

/** Deeper documents are refused: no model wire nests like this, and recursive readers fall over. */
const deepestNesting = 128;

/**
 * Reads JSON that two parsers cannot read differently: a repeated key (RFC 8259, section 4: "behaviour is
 * unpredictable") would let a request carry one set of tools for us and another one for the provider.
 */
export function readJson(text: string): JsonText | UnreadableJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reason: 'is not JSON' };
  }
  return scan(text, value);
}

/** Walks text that JSON.parse accepted, so the grammar needs no second check. */
function scan(text: string, value: unknown): JsonText | UnreadableJson {
  const open: (Set<string> | undefined)[] = [];
  const spans = new Map<string, Span>();
  let keyExpected = false;
  let outer: { readonly key: string; readonly start: number } | undefined;
  const closeOuter = (end: number): void => {
    if (outer !== undefined) spans.set(outer.key, trimmed(text, outer.start, end));
    outer = undefined;
  };
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        open.push(text[at] === '{' ? new Set() : undefined);
        keyExpected = text[at] === '{';
        if (open.length > deepestNesting) return { kind: 'unreadable', reason: 'is nested too deeply' };
        break;
      case '}':
      case ']':
        if (open.length === 1) closeOuter(at);
        open.pop();
        break;
      case ',':
        if (open.length === 1) closeOuter(at);
        keyExpected = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (keyExpected) {
          const key = String(JSON.parse(text.slice(at, end)));
          const keys = open.at(-1);
          if (keys?.has(key)) return { kind: 'unreadable', reason: `holds the key ${JSON.stringify(key)} twice` };
          keys?.add(key);
          keyExpected = false;
          if (open.length === 1) outer = { key, start: text.indexOf(':', end) + 1 };
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return { kind: 'json', value, spans };
}

/** The index after the closing quote of the string that begins at `start`. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function trimmed(text: string, start: number, end: number): Span {
  let first = start;
  let last = end;
  while (/\s/.test(text.charAt(first))) first += 1;
  while (/\s/.test(text.charAt(last - 1))) last -= 1;
  return { start: first, end: last };
}

/** Changes the value of one outermost key and leaves every other byte alone; a missing key is added at the front. */
export function withValue(text: string, json: JsonText, key: string, value: unknown): string {
  const span = json.spans.get(key);
  if (span !== undefined) return text.slice(0, span.start) + JSON.stringify(value) + text.slice(span.end);
  const after = text.indexOf('{') + 1;
  const separator = json.spans.size === 0 ? '' : ',';
  return `${text.slice(0, after)}${JSON.stringify(key)}:${JSON.stringify(value)}${separator}${text.slice(after)}`;
}
