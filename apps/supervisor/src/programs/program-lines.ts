import type { CommandOutput } from '@clawhold/sandbox';

/** A program wrote a line that is longer than it may be. */
export class LineTooLong extends Error {}

/**
 * What a program prints, line by line.
 *
 * @param longest bytes of a line.
 * @param complain hears what it prints of its errors; without it they are let go.
 * @throws LineTooLong; whatever the program's sandbox throws when it ends.
 */
export async function* programLines(
  program: AsyncIterable<CommandOutput>,
  longest: number,
  complain?: (bytes: Uint8Array) => void,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const { stream, bytes } of program) {
    if (stream !== 'stdout') {
      complain?.(bytes);
      continue;
    }
    let rest = bytes;
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString();
      [parts, length] = [[], 0];
      rest = rest.subarray(end + 1);
    }
    length += rest.length;
    if (length > longest) throw new LineTooLong();
    if (rest.length > 0) parts.push(rest);
  }
}
