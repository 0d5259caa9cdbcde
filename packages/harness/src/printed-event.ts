/** A JSON object that a program printed on a line of its own, or one of its members; empty for everything else. */
export type PrintedEvent = Readonly<Record<string, unknown>>;

export function readPrintedEvent(line: string): PrintedEvent {
  try {
    return memberOf(JSON.parse(line));
  } catch {
    return {};
  }
}

export function memberOf(value: unknown): PrintedEvent {
  // Every key of an object may be looked up; what is found there is unknown again.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PrintedEvent) : {};
}

export function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
