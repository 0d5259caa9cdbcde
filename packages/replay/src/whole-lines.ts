import { ClawholdError } from '@clawhold/spec';

const lineFeed = 0x0a;
/** About how many bytes go to a thread at a time: enough that sending them costs nothing beside what is in them. */
const pieceBytes = 2 ** 20;
/** A record is at most some hundred KiB. */
const longestLine = 2 ** 26;

/**
 * Cuts a stream of bytes at ends of lines into pieces that may be given away. The memory of a chunk is given back when its
 * bytes are in one: garbage outside of V8's heap has all of the heap looked through again and again.
 *
 * @throws ClawholdError `input_file`.
 */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    bytes += chunk.length;
    if (bytes < pieceBytes) continue;
    const end = chunk.lastIndexOf(lineFeed) + 1;
    if (end === 0 && bytes > longestLine)
      throw new ClawholdError('input_file', 'This is no ledger: a line of it has no end.', {
        hint: 'Name a file that "clawhold audit export" wrote.',
      });
    if (end === 0) continue;
    const rest = new Uint8Array(chunk.subarray(end));
    const piece = joined(kept, bytes - rest.length);
    for (const { buffer, length } of kept)
      if (length === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
    yield piece;
    kept = [rest];
    bytes = rest.length;
  }
  if (bytes > 0) yield joined(kept, bytes);
}

/** The first bytes of these, in memory that nothing else uses. */
function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk.subarray(0, bytes - at), at);
    at += chunk.length;
  }
  return all;
}
