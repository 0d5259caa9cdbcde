import type { ByteReader } from './byte-reader.ts';
import { type Fault, fault } from './fault.ts';
import type { Soon } from './soon.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** The lines of a message's head, without their ends, each byte one character (Latin-1). */
export interface HeadLines {
  readonly kind: 'lines';
  readonly lines: readonly string[];
}

/** Nothing (more) came: the connection ended between two messages. */
export interface NoMessage {
  readonly kind: 'end';
}

/**
 * Takes the head of the next message off the reader: everything up to the first empty line.
 *
 * A line ends with CR LF and nothing else. RFC 9112 (2.2) lets a recipient accept a bare LF; two programs that use that
 * freedom differently read two messages out of one, so it is a fault here, seen at the first such byte. (A bare CR is
 * found by the parsers of the lines.)
 */
export function readHeadLines(reader: ByteReader, maximum: number): Soon<HeadLines | NoMessage | Fault> {
  const progress = { scanned: 0, lineStart: 0 };
  return takeHead(reader, maximum, progress) ?? waitForHead(reader, maximum, progress);
}

/** How far the bytes of a head were looked through. */
interface Progress {
  scanned: number;
  lineStart: number;
}

async function waitForHead(
  reader: ByteReader,
  maximum: number,
  progress: Progress,
): Promise<HeadLines | NoMessage | Fault> {
  while (await reader.fill()) {
    const head = takeHead(reader, maximum, progress);
    if (head !== undefined) return head;
  }
  return progress.scanned === 0 ? { kind: 'end' } : fault('cut_off', 'The head was cut off.');
}

/** Undefined while the head is not whole. */
function takeHead(reader: ByteReader, maximum: number, progress: Progress): HeadLines | Fault | undefined {
  const { held } = reader;
  for (;;) {
    const end = held.indexOf(lineFeed, progress.scanned);
    if (end === -1) break;
    if (end >= maximum) return tooLarge;
    if (end === 0 || held[end - 1] !== carriageReturn)
      return fault('bare_line_feed', 'A line ends with a line feed that has no carriage return before it.');
    if (end - 1 === progress.lineStart) return finish(reader, end);
    progress.scanned = end + 1;
    progress.lineStart = progress.scanned;
  }
  progress.scanned = held.length;
  return progress.scanned >= maximum ? tooLarge : undefined;
}

const tooLarge: Fault = fault('head_too_large', 'The request line and its headers are too large.', 431);

function finish(reader: ByteReader, end: number): HeadLines | Fault {
  const head = reader.consume(end + 1).toString('latin1', 0, end - 1);
  if (head.length === 0) return fault('empty_line', 'A message does not begin with an empty line.');
  const lines = head.split('\r\n');
  lines.pop(); // the head ends with the end of its last line, so what follows it is empty
  return { kind: 'lines', lines };
}
