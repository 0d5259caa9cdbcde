import { EndingIndex } from './ending-index.ts';
import { executableFileKinds } from './executable-file-kinds.ts';

/** What of a change decides whether the person's tools would run it. */
export interface ExecutableQuestion {
  /** Relative, `/`-separated. A name that is not UTF-8 may be given with replacement characters. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits, or null when deleted or unknown. */
  readonly mode: number | null;
}

/** How the person's own tools would execute an entry. */
export interface Execution {
  /** The end of a sentence that begins with the entry's name. */
  readonly reason: string;
  /** Nobody needs to ask for it: committing, opening the folder or a shell is enough. */
  readonly unasked: boolean;
}

const executions = executableFileKinds.map(
  ({ reason, unasked = false }): Execution => Object.freeze({ reason, unasked }),
);
const byItsMode: Execution = Object.freeze({ reason: 'may be executed', unasked: false });

/** The place of a kind in the table is its rank: the first that fits counts. */
const names = new EndingIndex(
  executableFileKinds.flatMap((kind, owner) => words(kind.names).map((glob) => ({ glob, owner }))),
);
const folders = executableFileKinds.flatMap((kind, owner) =>
  words(kind.folders).map((folder) => ({ owner, within: `/${folder}/` })),
);
/** By the first component of each. */
const foldersByFirst = Map.groupBy(folders, ({ within }) => within.slice(1, within.indexOf('/', 1)));

/**
 * How the person's own tools would execute an entry; null when they would not. Pure. Letter case is ignored, and what file
 * systems that ignore it ignore too. Deleted entries count: taking a hook away also changes what runs.
 */
export function executionOf({ path, type, mode }: ExecutableQuestion): Execution | null {
  if (type === 'directory') return null;
  const place = `/${folded(path)}`;
  const kind = Math.min(names.firstOwner(place) ?? none, firstFolder(place));
  if (kind !== none) return executions[kind] ?? null;
  return type === 'file' && mode !== null && (mode & 0o111) !== 0 ? byItsMode : null;
}

const none: number = Number.POSITIVE_INFINITY;

/** The first kind of which a folder is on the way, or at its end. */
function firstFolder(place: string): number {
  let first = none;
  const closed = `${place}/`;
  for (let from = 0; from < place.length; ) {
    const end = closed.indexOf('/', from + 1);
    for (const { owner, within } of foldersByFirst.get(closed.slice(from + 1, end)) ?? [])
      if (owner < first && closed.startsWith(within, from)) first = owner;
    from = end;
  }
  return first;
}

const plainCharacters = /^[\u0020-\u007e]*$/;

/** As a file system sees it that ignores letter case (ext4 with `casefold`), or gives short names too (FAT). */
function folded(path: string): string {
  const plain = plainCharacters.test(path)
    ? path
    : path.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  const lower = plain.toLowerCase();
  return lower.includes('~') ? lower.replaceAll(/(^|\/)git~\d(?=\/|$)/g, '$1.git') : lower;
}

/** In small letters: what they are compared with is folded. */
function words(text = ''): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}
