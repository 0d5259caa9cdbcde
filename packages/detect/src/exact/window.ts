/** Bytes of a spelling's end by which it is looked up, and with that the shortest value that can be looked for. */
export const windowBytes = 12;

const base = 0x01_00_01_93;
/** What the byte that leaves the window weighs. */
const leaving: number = Array.from({ length: windowBytes }).reduce<number>((power) => Math.imul(power, base), 1);

/** The hash of a window that moved on by one byte (Rabin and Karp 1987), modulo 2^32. */
export function moved(hash: number, entering: number, left: number): number {
  return (Math.imul(hash, base) + entering - Math.imul(left, leaving)) | 0;
}

export function hashOf(window: Uint8Array): number {
  return window.reduce((hash, byte) => moved(hash, byte, 0), 0);
}

/** 12 bits of a hash, the best mixed ones, for the first look. */
export function first(hash: number): number {
  return hash >>> 20;
}
