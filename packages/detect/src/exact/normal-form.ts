const dropped = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0x3a]);

/**
 * What a byte counts as when exact values are compared; 0 counts as nothing. Letters lose their case, the two alphabets of
 * base64 become one, and the NUL bytes of UTF-16, spaces, line ends and colons (folded base64, hexadecimal in pairs) go.
 * Values long enough to be looked for are still told apart: nothing equals one by chance.
 */
const counted: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (dropped.has(byte)) return 0;
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  if (byte === 0x2d) return 0x2b;
  return byte === 0x5f ? 0x2f : byte;
});

export function normalByte(byte: number): number {
  // A byte is an index of a table of 256.
  return counted[byte] as number;
}

export function normalForm(bytes: Uint8Array): Uint8Array {
  return bytes.map(normalByte).filter((byte) => byte !== 0);
}
