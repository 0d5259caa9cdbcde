/** The object id of the type `text`, the same in every PostgreSQL (pg_type.dat). */
const textType = 25;
const headerBytes = 20;

/**
 * Writes a list as a value of the type `text[]`, in the binary form of PostgreSQL (`array_recv` in arrayfuncs.c): how many
 * dimensions, whether there are nulls, the type of the elements, how many, the index of the first; then each with its
 * length. pg sends a buffer as a binary value. As text, every element would be quoted here and read letter by letter there.
 */
export function textArray(elements: readonly (string | null)[]): Buffer {
  const lengths = elements.map((text) => (text === null ? -1 : Buffer.byteLength(text)));
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(length, 0), headerBytes);
  const value = Buffer.allocUnsafe(size);
  value.writeInt32BE(1, 0);
  value.writeInt32BE(lengths.includes(-1) ? 1 : 0, 4);
  value.writeInt32BE(textType, 8);
  value.writeInt32BE(elements.length, 12);
  value.writeInt32BE(1, 16);
  let position = headerBytes;
  for (const [index, text] of elements.entries()) {
    position = value.writeInt32BE(lengths[index] ?? -1, position);
    if (text !== null) position += value.write(text, position);
  }
  return value;
}
