/**
 * What a byte counts as when exact values are compared; 0 counts as nothing. Letters lose their case, and of ASCII nothing but
 * letters and digits counts: so what folds, pairs, lists or quotes a value (line ends, colons, `", "`, the NUL bytes of
 * UTF-16) hides none of it, and the two alphabets of base64 are one. Values long enough to be looked for are still told
 * apart: nothing equals one by chance.
 */
const counted: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = byte >= 0x61 && byte <= 0x7a;
  return isDigit || isLetter || byte >= 0x80 ? byte : 0;
});

export function normalByte(byte: number): number {
  // A byte is an index of a table of 256.
  return counted[byte] as number;
}

export function normalForm(bytes: Uint8Array): Uint8Array {
  return bytes.map(normalByte).filter((byte) => byte !== 0);
}
