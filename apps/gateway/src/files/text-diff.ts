import { structuredPatch } from 'diff';

/** One stretch of a text that changed, as unified diffs have it; each line begins with ` `, `+` or `-`. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: string[];
}

export type ContentDiff =
  | { readonly kind: 'text'; readonly hunks: Hunk[]; readonly cut: boolean }
  | { readonly kind: 'binary' };

/** Beyond this many differing lines a diff helps nobody and costs quadratic time. */
const maxEditLength = 2_000;

function asText(bytes: Uint8Array | null, cut: boolean): string | undefined {
  if (bytes === null) return '';
  try {
    // A cut may go through the middle of a character: `stream` leaves such a rest out.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Compares two sides of a file; a side that does not exist is null. What is not UTF-8 text is binary. */
export function diffContent(before: Uint8Array | null, after: Uint8Array | null, cut: boolean): ContentDiff {
  const oldText = asText(before, cut);
  const newText = asText(after, cut);
  if (oldText === undefined || newText === undefined) return { kind: 'binary' };
  const patch = structuredPatch('before', 'after', oldText, newText, '', '', { context: 3, maxEditLength });
  if (patch === undefined) return { kind: 'text', hunks: [wholeFile(oldText, newText)], cut };
  const hunks = patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    oldStart,
    oldLines,
    newStart,
    newLines,
    lines,
  }));
  return { kind: 'text', hunks, cut };
}

/** The fallback for files that differ nearly everywhere: all out, all in. */
function wholeFile(before: string, after: string): Hunk {
  const old = linesOf(before);
  const fresh = linesOf(after);
  return {
    oldStart: Math.min(1, old.length),
    oldLines: old.length,
    newStart: Math.min(1, fresh.length),
    newLines: fresh.length,
    lines: [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)],
  };
}

/** A line feed ends a line; an empty text has none. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}
