import type { ContentDiff } from '@clawhold/client';

type Hunks = Extract<ContentDiff, { kind: 'text' }>['hunks'];

/** A line of a difference with its number on either side; `gap` stands for lines that are left out. */
export interface NumberedLine {
  readonly at: number;
  readonly kind: 'added' | 'removed' | 'same' | 'gap';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

export function numbered(hunks: Hunks): readonly NumberedLine[] {
  const lines: NumberedLine[] = [];
  for (const [index, hunk] of hunks.entries()) {
    if (index > 0) lines.push({ at: lines.length, kind: 'gap', before: null, after: null, text: '' });
    let before = hunk.oldStart;
    let after = hunk.newStart;
    for (const line of hunk.lines) {
      const text = line.slice(1);
      const at = lines.length;
      switch (line[0]) {
        case '+':
          lines.push({ at, kind: 'added', before: null, after: after++, text });
          break;
        case '-':
          lines.push({ at, kind: 'removed', before: before++, after: null, text });
          break;
        case '\\':
          // "\ No newline at end of file" belongs to the line before it and has no number.
          lines.push({ at, kind: 'gap', before: null, after: null, text });
          break;
        default:
          lines.push({ at, kind: 'same', before: before++, after: after++, text });
      }
    }
  }
  return lines;
}
