import { Buffer } from 'node:buffer';
import type { Known } from './exact-values.ts';
import { normalByte } from './normal-form.ts';
import { base64Core, lookedForIn } from './spellings.ts';

/** Letters and digits by which the beginning of a piece is looked up, and with that the shortest piece. */
export const gramBytes = 6;

/** One way to write a value, in normal form, with what each of its characters stands for. */
export interface Spelling {
  readonly known: Known;
  readonly bytes: Uint8Array;
  /** From where in the value each character begins a piece: behind the one before it. Bytes, not whole. */
  readonly from: readonly number[];
  /** Up to where each ends one: before the one behind it. What does not count between two belongs to both. */
  readonly to: readonly number[];
  /** Bytes of the value that are looked for. */
  readonly length: number;
  /** So much of the value is lost where a piece of it was written by itself. Bytes. */
  readonly lost: number;
}

/** A gram that a piece can begin with. */
export interface Start {
  readonly spelling: Spelling;
  /** Where in the spelling it begins. */
  readonly at: number;
  /** What its window leaves out of it. */
  readonly sorts: number;
}

/** Where a piece of a value can begin, by the last {@link gramBytes} characters of a text. */
export interface PieceTable {
  /** Whether any gram has these bits: nearly every window of any text has not. */
  readonly candidates: Uint8Array;
  readonly byWindow: ReadonlyMap<number, readonly Start[]>;
}

/** The window that moved on by one byte: the lower five bits of each of the last six. */
export function movedWindow(window: number, byte: number): number {
  return ((window << 5) | (byte & 0x1f)) & 0x3fff_ffff;
}

/** The same of their upper three bits, which tell letters from digits. */
export function movedSorts(sorts: number, byte: number): number {
  return ((sorts << 3) | (byte >> 5)) & 0x3_ffff;
}

/** 14 bits of a window, the best mixed ones. */
export function firstOfWindow(window: number): number {
  return Math.imul(window, 0x9e37_79b1) >>> 18;
}

export function createPieceTable(values: readonly Known[]): PieceTable {
  const candidates = new Uint8Array(2 ** 14);
  const byWindow = new Map<number, Start[]>();
  for (const spelling of values.flatMap(spelledInPieces))
    for (const start of startsOf(spelling)) {
      const { window } = start;
      const beside = byWindow.get(window);
      if (beside === undefined) byWindow.set(window, [start]);
      else beside.push(start);
      candidates[firstOfWindow(window)] = 1;
    }
  return { candidates, byWindow };
}

/** The grams of a spelling. One that comes again in it (`AAAAAA…`) does not say where in it a text is, and is left out. */
function startsOf(spelling: Spelling): readonly (Start & { readonly window: number })[] {
  const starts: (Start & { readonly window: number })[] = [];
  const seen = new Map<number, number>();
  let [window, sorts] = [0, 0];
  for (const [index, byte] of spelling.bytes.entries()) {
    window = movedWindow(window, byte);
    sorts = movedSorts(sorts, byte);
    if (index + 1 < gramBytes) continue;
    starts.push({ spelling, at: index + 1 - gramBytes, window, sorts });
    seen.set(window, (seen.get(window) ?? 0) + 1);
  }
  return starts.filter((start) => seen.get(start.window) === 1);
}

/** The ways to write a value of which every part is a part of the value: as it is, hexadecimal, base64. */
function spelledInPieces(known: Known): readonly Spelling[] {
  const value = lookedForIn(known.value);
  const written = [
    { text: value, first: 0, width: 1, lost: 0 },
    { text: Buffer.from(value.toString('hex')), first: 0, width: 1 / 2, lost: 0 },
    ...[0, 1, 2].map((before) => {
      const { core, skipped } = base64Core(value, before);
      return { text: core, first: (skipped * 6) / 8 - before, width: 6 / 8, lost: 1 / 2 };
    }),
  ];
  return written.map(({ text, first, width, lost }) => {
    const counted = [...text.entries()].filter(([, byte]) => normalByte(byte) !== 0);
    const places = counted.map(([index]) => first + index * width);
    const end = first + text.length * width;
    return {
      known,
      bytes: Uint8Array.from(counted, ([, byte]) => normalByte(byte)),
      from: [first, ...places.slice(0, -1).map((place) => place + width)],
      to: [...places.slice(1), end],
      length: value.length,
      lost,
    };
  });
}
