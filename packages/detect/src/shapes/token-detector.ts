import type { Detector, Found } from '../detector.ts';
import { type TokenFormat, tokenFormats } from './token-formats.ts';

/** A beginning that was seen, with what followed so far. */
interface Candidate {
  readonly format: TokenFormat;
  body: string;
}

const letters: ReadonlyMap<TokenFormat, ReadonlySet<number>> = new Map(
  tokenFormats.map((format) => [format, new Set([...format.letters].map((letter) => letter.charCodeAt(0)))]),
);
const longestPrefix: number = Math.max(...tokenFormats.map(({ prefix }) => prefix.length));
const byLast: ReadonlyMap<number, readonly TokenFormat[]> = Map.groupBy(tokenFormats, ({ prefix }) =>
  prefix.charCodeAt(prefix.length - 1),
);

const endsBeginning: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (byLast.has(byte) ? 1 : 0));

/** Recognises credentials by the formats that their issuers publish. */
export class TokenDetector implements Detector {
  readonly #candidates = new Set<Candidate>();
  /** The last bytes, round and round. */
  readonly #recent = new Uint8Array(32);
  #position = 0;

  get undecided(): number {
    let longest = longestPrefix + 1;
    for (const { format, body } of this.#candidates) longest = Math.max(longest, format.prefix.length + body.length);
    return longest;
  }

  feed(bytes: Uint8Array): readonly Found[] {
    const found: Found[] = [];
    for (const byte of bytes) {
      if (this.#candidates.size > 0) this.#continue(byte, found);
      this.#recent[this.#position & 31] = byte;
      this.#position++;
      if (endsBeginning[byte] === 1)
        for (const format of byLast.get(byte) ?? [])
          if (this.#begins(format)) this.#candidates.add({ format, body: '' });
    }
    return found;
  }

  end(): readonly Found[] {
    return [];
  }

  /** Each is at most as long as its format, so what one byte costs is bounded. */
  #continue(byte: number, found: Found[]): void {
    for (const candidate of this.#candidates) {
      const { format } = candidate;
      if (letters.get(format)?.has(byte) === true) {
        candidate.body += String.fromCharCode(byte);
        if (candidate.body.length < format.length) continue;
        if (format.isReal(candidate.body)) found.push({ kind: format.kind, value: format.prefix + candidate.body });
      }
      this.#candidates.delete(candidate);
    }
  }

  /** Within a word it would be chance. */
  #begins({ prefix }: TokenFormat): boolean {
    const start = this.#position - prefix.length;
    for (let index = 0; index < prefix.length; index++)
      if (this.#recent[(start + index) & 31] !== prefix.charCodeAt(index)) return false;
    return !/[A-Za-z0-9]/.test(String.fromCharCode(this.#recent[(start - 1) & 31] ?? 0));
  }
}
