const percent = 0x25;
const backslash = 0x5c;

const [hexadecimal, unicode] = [0x78, 0x75];

/** What the character behind a backslash stands for where that is one character (RFC 8259, section 7); 0 for nothing. */
const shortEscapes = new Uint8Array(256);
for (const [character, code] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13, '"': 0x22, '/': 0x2f, "'": 0x27 }))
  shortEscapes[character.charCodeAt(0)] = code;
shortEscapes[backslash] = backslash;

/** The value of each hexadecimal digit and 1; 0 for what is none. */
const digits = new Uint8Array(256);
for (const digit of '0123456789abcdefABCDEF') digits[digit.charCodeAt(0)] = Number.parseInt(digit, 16) + 1;

/** `\u0041`. */
const longestEscape = 6;

/** Two ways to escape, by the sign with which their escapes begin. */
export type Escapes = typeof percent | typeof backslash;

export const allEscapes: readonly Escapes[] = [percent, backslash];

/**
 * Takes one layer of escapes off a stream: `%41`, `\u0041`, `\x41`, `\n` and the like. What only looks like an escape stays
 * as it is.
 */
export class Peeler {
  readonly #sign: number;
  readonly #otherSign: number;
  /** The escape so far: nothing between escapes, at most `\u00f`. */
  readonly #pending = new Uint8Array(longestEscape);
  #count = 0;

  /** @param only those of one way. Default: those of both at once. */
  constructor(only?: Escapes) {
    this.#sign = only ?? percent;
    this.#otherSign = only ?? backslash;
  }

  peel(bytes: Uint8Array): Uint8Array {
    // An escape is never shorter than what it means, so only what was pending comes on top.
    const out = new Uint8Array(bytes.length + this.#count);
    const sign = this.#sign;
    const otherSign = this.#otherSign;
    let length = 0;
    for (let index = 0; index < bytes.length; index++) {
      // Within the array by the loop.
      const byte = bytes[index] as number;
      if (this.#count === 0 && byte !== sign && byte !== otherSign) {
        out[length] = byte;
        length++;
      } else length = this.#take(byte, out, length);
    }
    return out.subarray(0, length);
  }

  /** What was begun and never became an escape. */
  end(): Uint8Array {
    const rest = this.#pending.slice(0, this.#count);
    this.#count = 0;
    return rest;
  }

  /** Writes what is known by this byte behind the first `length` bytes. Gives how many there are then. */
  #take(byte: number, out: Uint8Array, length: number): number {
    const pending = this.#pending;
    if (this.#count === 0) {
      if (byte !== this.#sign && byte !== this.#otherSign) return write(byte, out, length);
    } else if (this.#count === 1 && pending[0] === backslash) {
      const meant = shortEscapes[byte] ?? 0;
      if (meant !== 0) {
        this.#count = 0;
        return write(meant, out, length);
      }
      if (byte !== unicode && byte !== hexadecimal) return this.#giveUp(byte, out, length);
    } else if (digits[byte] === 0) return this.#giveUp(byte, out, length);
    pending[this.#count++] = byte;
    const begins = pending[0] === percent ? 1 : 2;
    const whole = begins === 2 && pending[1] === unicode ? longestEscape : begins + 2;
    if (this.#count < whole) return length;
    let code = 0;
    for (let at = begins; at < whole; at++) code = code * 16 + (digits[pending[at] ?? 0] ?? 1) - 1;
    this.#count = 0;
    return whole === longestEscape ? writeUnit(code, out, length) : write(code, out, length);
  }

  #giveUp(byte: number, out: Uint8Array, length: number): number {
    for (let at = 0; at < this.#count; at++) out[length + at] = this.#pending[at] ?? 0;
    const begun = length + this.#count;
    this.#count = 0;
    return this.#take(byte, out, begun);
  }
}

function write(byte: number, out: Uint8Array, length: number): number {
  out[length] = byte;
  return length + 1;
}

/** Writes a UTF-16 unit in UTF-8; half of a pair means nothing by itself. */
function writeUnit(unit: number, out: Uint8Array, length: number): number {
  if (unit < 0x80) return write(unit, out, length);
  const code = unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit;
  const before =
    code < 0x800
      ? write(0xc0 | (code >> 6), out, length)
      : write(0x80 | ((code >> 6) & 0x3f), out, write(0xe0 | (code >> 12), out, length));
  return write(0x80 | (code & 0x3f), out, before);
}
