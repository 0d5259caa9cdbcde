import type { ByteReader } from './byte-reader.ts';
import { type Fault, fault } from './fault.ts';
import { type Field, parseFields } from './field.ts';

/** What to do with fields after the last chunk: a request may not have any, those of a response are put here. */
export type TrailerRule = 'refuse' | Field[];

/** Up to eight hexadecimal digits and nothing else: no sign, no `0x`, no space, no extension (RFC 9112, 7.1.1). */
const chunkSize = /^[0-9a-fA-F]{1,8}$/;
const maximumTrailerLines = 100;
const maximumLine = 8 * 1024;

/** Decodes the chunked coding; the proxy writes its own chunks, so whatever was odd about these ends here. */
export async function* readChunked(
  reader: ByteReader,
  trailers: TrailerRule,
): AsyncGenerator<Buffer | Fault, void, undefined> {
  for (;;) {
    const line = await readLine(reader);
    if (typeof line !== 'string') return yield line;
    if (!chunkSize.test(line))
      return yield fault('chunk_size', 'The size of a chunk is not a plain hexadecimal number.');
    let left = Number.parseInt(line, 16);
    if (left === 0) break;
    while (left > 0) {
      if (reader.isEmpty && !(await reader.fill())) return yield cutOff;
      const bytes = reader.consume(left);
      left -= bytes.length;
      yield bytes;
    }
    const end = await readLine(reader);
    if (end !== '') return yield typeof end === 'string' ? overlong : end;
  }
  const rest = await readTrailers(reader, trailers);
  if (rest !== undefined) yield rest;
}

async function readTrailers(reader: ByteReader, rule: TrailerRule): Promise<Fault | undefined> {
  for (let count = 0; count <= maximumTrailerLines; count++) {
    const line = await readLine(reader);
    if (typeof line !== 'string') return line;
    if (line === '') return undefined;
    if (rule === 'refuse') return fault('trailers', 'Requests with trailers are not forwarded.');
    const parsed = parseFields([line], 0, { allowLatin: true });
    if (parsed.kind === 'fault') return parsed;
    rule.push(...parsed.list);
  }
  return fault('trailers', 'There are too many trailers.');
}

async function readLine(reader: ByteReader): Promise<string | Fault> {
  for (;;) {
    const end = reader.held.indexOf(10);
    if (end !== -1) {
      if (end > maximumLine) return overlong;
      const line = reader.consume(end + 1).toString('latin1', 0, end);
      if (!line.endsWith('\r')) return fault('bare_line_feed', 'A chunk line ends with a bare line feed.');
      return line.slice(0, -1);
    }
    if (reader.held.length > maximumLine) return overlong;
    if (!(await reader.fill())) return cutOff;
  }
}

const cutOff: Fault = fault('cut_off', 'The body ended before its last chunk.');
const overlong: Fault = fault('chunk_end', 'A chunk is not as long as it says, or its line is too long.');
