import type { ByteReader } from './byte-reader.ts';
import { readChunked, type TrailerRule } from './chunked.ts';
import { type Fault, fault } from './fault.ts';
import type { Framing } from './framing.ts';

/**
 * Yields the content of a body and stops exactly at its end. The last thing it yields may be a {@link Fault}; then the
 * body is not whole and nothing after it on the connection can be trusted.
 */
export async function* readBody(
  reader: ByteReader,
  framing: Framing,
  trailers: TrailerRule,
): AsyncGenerator<Buffer | Fault, void, undefined> {
  switch (framing.kind) {
    case 'none':
      return;
    case 'length':
      yield* readLength(reader, framing.length);
      return;
    case 'chunked':
      yield* readChunked(reader, trailers);
      return;
    case 'until_close':
      yield* readUntilClose(reader);
      return;
    default:
      return framing satisfies never;
  }
}

async function* readLength(reader: ByteReader, length: number): AsyncGenerator<Buffer | Fault, void, undefined> {
  let left = length;
  while (left > 0) {
    if (reader.isEmpty && !(await reader.fill())) {
      yield fault('cut_off', 'The body ended before its Content-Length.');
      return;
    }
    const bytes = reader.consume(left);
    left -= bytes.length;
    yield bytes;
  }
}

async function* readUntilClose(reader: ByteReader): AsyncGenerator<Buffer | Fault, void, undefined> {
  do {
    if (!reader.isEmpty) yield reader.consume(Number.POSITIVE_INFINITY);
  } while (await reader.fill());
  if (!reader.endedCleanly) yield fault('cut_off', 'The connection broke before the body ended.');
}
