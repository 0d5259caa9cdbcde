import { ClawholdError } from '@clawhold/spec';

/**
 * What is at one place of a tree, read from the state text of `tree/entry.h`: `-`, `f MODE SIZE DIGEST`, `d MODE`,
 * `l TARGET` or `o MODE`. Two places are the same to a person exactly when their texts are equal.
 */
export type EntryState =
  | { readonly type: 'absent' }
  | { readonly type: 'file'; readonly mode: number; readonly size: number; readonly digest: string }
  | { readonly type: 'directory' | 'other'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string };

const file = /^f ([0-7]{4}) (\d+) ([0-9a-f]{64}|)$/;
const folderOrOther = /^([do]) ([0-7]{4})$/;

/**
 * @param text the state text; the target of a link that is not UTF-8 is shown with replacement characters.
 * @throws ClawholdError `files_malformed` when a job wrote something else.
 */
export function readEntryState(text: Buffer): EntryState {
  const line = text.toString('utf8');
  if (line === '-') return { type: 'absent' };
  if (line.startsWith('l ')) return { type: 'symlink', target: line.slice(2) };
  const [, mode, size, digest] = file.exec(line) ?? [];
  if (mode !== undefined && size !== undefined && digest !== undefined)
    return { type: 'file', mode: Number.parseInt(mode, 8), size: Number(size), digest };
  const [, letter, bits] = folderOrOther.exec(line) ?? [];
  if (letter === undefined || bits === undefined)
    throw new ClawholdError('files_malformed', 'A file job described a file in a way that is not understood.');
  return { type: letter === 'd' ? 'directory' : 'other', mode: Number.parseInt(bits, 8) };
}
