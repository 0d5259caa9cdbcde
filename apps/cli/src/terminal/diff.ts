import type { ContentDiff, FileChange } from '@clawhold/client';
import { hostileCode, hostileLine } from './hostile.ts';
import { paint } from './output.ts';

const signs = {
  added: paint.good('A'),
  modified: paint.warn('M'),
  deleted: paint.bad('D'),
  'type-changed': paint.warn('T'),
  'mode-changed': paint.warn('m'),
} as const;

/**
 * The list of changes, those that your own tools would execute first and marked.
 *
 * @param most lines of it; how many more there are is said in another one. Default: all.
 */
export function drawChanges(changes: readonly FileChange[], most: number = Number.POSITIVE_INFINITY): string {
  if (changes.length === 0) return 'Nothing was changed.';
  const lines = changes.slice(0, most).map(drawChange);
  const left = changes.length - lines.length;
  return [...lines, ...(left === 0 ? [] : [paint.quiet(`… and ${left.toLocaleString('en')} more`)])].join('\n');
}

function drawChange(one: FileChange): string {
  const { change, path, type, executable, onlyByPath, refused, target, movedFrom, mode } = one;
  const sign = movedFrom === undefined ? signs[change] : paint.accent('R');
  const name = `${sign} ${hostileLine(path, 200)}${type === 'directory' ? '/' : ''}${kindWords({ change, target, movedFrom, mode })}`;
  const warning = executable ? executionWarning(onlyByPath === true) : '';
  return `${name}${warning}${refused === null ? '' : paint.bad(`  cannot be kept: ${refused}`)}`;
}

function executionWarning(unasked: boolean): string {
  return unasked
    ? paint.bad('  your own tools would execute this unasked: kept only by its path')
    : paint.warn('  your own tools would execute this');
}

/** What the letter does not say: where it came from, where a link leads, what may be done with it now. */
function kindWords(
  words: Pick<FileChange, 'change' | 'target' | 'mode'> & { readonly movedFrom: string | undefined },
): string {
  const { change, target, movedFrom, mode } = words;
  const from = movedFrom === undefined ? '' : ` ← ${hostileLine(movedFrom, 200)}`;
  const link = target === null ? '' : ` → ${hostileLine(target, 200)}`;
  const bits = change === 'mode-changed' && mode !== null ? ` (${mode.toString(8).padStart(4, '0')})` : '';
  return paint.quiet(`${from}${link}${bits}`);
}

/** A unified diff of one file. */
export function drawDiff(path: string, diff: ContentDiff): string {
  const head = `\n${paint.strong(hostileLine(path, 200))}`;
  if (diff.kind === 'binary') return `${head}\n  ${paint.quiet('not text')}`;
  const hunks = diff.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) =>
    [paint.accent(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`), ...lines.map(drawLine)].join('\n'),
  );
  return [head, ...hunks, ...(diff.cut ? [paint.quiet('  … the file goes on')] : [])].join('\n');
}

function drawLine(line: string): string {
  const text = `${line.charAt(0)}${hostileCode(line.slice(1))}`;
  if (line.startsWith('+')) return paint.good(text);
  return line.startsWith('-') ? paint.bad(text) : paint.quiet(text);
}
