const percent = 0x25;
const backslash = 0x5c;

/** What the character behind a backslash stands for where that is one character (RFC 8259, section 7). */
const shortEscapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13, '"': 0x22, '/': 0x2f, "'": 0x27, '\\': backslash }).map(
    ([character, code]) => [character.charCodeAt(0), code],
  ),
);

/** True when there is nothing to take off. */
export function isPlain(bytes: Uint8Array): boolean {
  return !bytes.includes(percent) && !bytes.includes(backslash);
}

/**
 * Takes one layer of escapes off a stream: `%41`, `\u0041`, `\x41`, `\n` and the like, all at once, because a text that
 * means one of them by chance is read as it stands beside. What only looks like an escape stays as it is.
 */
export class Peeler {
  /** The escape so far: empty between escapes, at most `\u00f`. */
  #pending: number[] = [];

  peel(bytes: Uint8Array): Uint8Array {
    // An escape is never shorter than what it means, so only what was pending comes on top.
    const out = new Uint8Array(bytes.length + this.#pending.length);
    let length = 0;
    for (let index = 0; index < bytes.length; index++) {
      // Within the array by the loop.
      const byte = bytes[index] as number;
      if (this.#pending.length === 0 && byte !== percent && byte !== backslash) {
        out[length] = byte;
        length++;
        continue;
      }
      const meant: number[] = [];
      this.#take(byte, meant);
      out.set(meant, length);
      length += meant.length;
    }
    return out.subarray(0, length);
  }

  /** What was begun and never became an escape. */
  end(): Uint8Array {
    return Uint8Array.from(this.#pending.splice(0));
  }

  #take(byte: number, out: number[]): void {
    const pending = this.#pending;
    if (pending.length === 0) {
      if (byte === percent || byte === backslash) pending.push(byte);
      else out.push(byte);
      return;
    }
    if (pending.length === 1 && pending[0] === backslash && byte !== 0x75 && byte !== 0x78) {
      const meant = shortEscapes.get(byte);
      if (meant === undefined) this.#giveUp(byte, out);
      else {
        pending.length = 0;
        out.push(meant);
      }
      return;
    }
    const isLetter = pending.length === 1 && pending[0] === backslash;
    if (!isLetter && digitOf(byte) < 0) {
      this.#giveUp(byte, out);
      return;
    }
    pending.push(byte);
    const prefix = pending[0] === percent ? 1 : 2;
    const digits = pending[1] === 0x75 && prefix === 2 ? 4 : 2;
    if (pending.length < prefix + digits) return;
    const code = pending.slice(prefix).reduce((sum, digit) => sum * 16 + digitOf(digit), 0);
    pending.length = 0;
    if (digits === 2 || code < 0x80) out.push(code);
    else out.push(...new TextEncoder().encode(String.fromCharCode(code)));
  }

  #giveUp(byte: number, out: number[]): void {
    out.push(...this.#pending.splice(0));
    this.#take(byte, out);
  }
}

/** The value of a hexadecimal digit, or -1. */
function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
