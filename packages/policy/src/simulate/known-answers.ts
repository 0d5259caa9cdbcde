import type { RecordCut } from './record-cut.ts';

/** How many bytes of keys are kept, how many keys, in how many places one of them may stand, and how long one may be. */
const keptBytes = 2 ** 25;
const keptKeys = 2 ** 16;
const places = 8;
const longestKey = 4_096;

/**
 * Answers to records that came before: agents ask the same again and again. A record is compared as the bytes of its line
 * that a {@link RecordCut} names, so that of one that is known no text is made. When there is no more room it begins anew.
 */
export class KnownAnswers<Answer> {
  readonly #keys = new DataView(new ArrayBuffer(keptBytes));
  /** In the place of a hash, or one of the next, a number: that of the key, which has its answer, and 1. */
  readonly #slots = new Uint32Array(2 * keptKeys);
  readonly #hashes = new Int32Array(keptKeys);
  /** Where each key ends, behind the number at which the first begins. */
  readonly #ends = new Uint32Array(keptKeys + 1);
  #answers: Answer[] = [];

  /**
   * The answer that is known, or a new one.
   *
   * @param start of the line in the bytes.
   */
  answer(bytes: DataView<ArrayBuffer>, start: number, cut: RecordCut, find: () => Answer): Answer {
    const hash = hashOf(bytes, start + cut.runEnd, start + cut.to, hashOf(bytes, start + cut.from, start + cut.run, 0));
    for (let probe = 0; probe < places; probe++) {
      const slot = (hash + probe) & (2 * keptKeys - 1);
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number === -1) return this.#keep(slot, hash, bytes, start, cut, find());
      const isKnown = this.#hashes[number] === hash && this.#isKey(number, bytes, start, cut);
      if (isKnown) return this.#answers[number] as Answer; // each key has one
    }
    return find();
  }

  #isKey(number: number, bytes: DataView, start: number, { from, run, runEnd, to }: RecordCut): boolean {
    const begin = this.#ends[number] ?? 0;
    const middle = begin + run - from;
    return (
      this.#ends[number + 1] === middle + to - runEnd &&
      isEqual(this.#keys, begin, bytes, start + from, run - from) &&
      isEqual(this.#keys, middle, bytes, start + runEnd, to - runEnd)
    );
  }

  #keep(slot: number, hash: number, bytes: DataView, start: number, cut: RecordCut, answer: Answer): Answer {
    const number = this.#answers.length;
    const begin = this.#ends[number] ?? 0;
    const length = cut.run - cut.from + cut.to - cut.runEnd;
    if (length > longestKey) return answer;
    if (number === keptKeys || begin + length > keptBytes) {
      this.#answers = [];
      this.#slots.fill(0);
      return answer;
    }
    const key = new Uint8Array(this.#keys.buffer, begin, length);
    key.set(stretch(bytes, start + cut.from, start + cut.run));
    key.set(stretch(bytes, start + cut.runEnd, start + cut.to), cut.run - cut.from);
    this.#slots[slot] = this.#answers.push(answer);
    this.#hashes[number] = hash;
    this.#ends[number + 1] = begin + length;
    return answer;
  }
}

function stretch(bytes: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from);
}

/** Four bytes at a time. What has the same hash is compared. */
function hashOf(bytes: DataView, from: number, to: number, seed: number): number {
  let [hash, at] = [seed, from];
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ bytes.getUint32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < to; at++) hash = Math.imul(hash ^ bytes.getUint8(at), 0x01000193);
  return hash;
}

function isEqual(a: DataView, atA: number, b: DataView, atB: number, length: number): boolean {
  let at = 0;
  for (; at + 4 <= length; at += 4) if (a.getUint32(atA + at, true) !== b.getUint32(atB + at, true)) return false;
  for (; at < length; at++) if (a.getUint8(atA + at) !== b.getUint8(atB + at)) return false;
  return true;
}
