import { executableFileKinds } from './executable-file-kinds.ts';

/** What of a change decides whether the person's tools would run it. */
export interface ExecutableQuestion {
  /** Relative, `/`-separated. A name that is not UTF-8 may be given with replacement characters. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits, or null when deleted or unknown. */
  readonly mode: number | null;
}

const kinds = executableFileKinds.map(({ reason, names, folders, unasked = false }) => ({
  reason,
  unasked,
  endings: words(names).map(toEnding),
  folders: words(folders).map((folder) => `/${folder.toLowerCase()}/`),
}));

/** How the person's own tools would execute an entry. */
export interface Execution {
  /** The end of a sentence that begins with the entry's name. */
  readonly reason: string;
  /** Nobody needs to ask for it: committing, opening the folder or a shell is enough. */
  readonly unasked: boolean;
}

/**
 * How the person's own tools would execute an entry; null when they would not. Pure. Letter case is ignored, and what file
 * systems that ignore it ignore too. Deleted entries count: taking a hook away also changes what runs.
 */
export function executionOf({ path, type, mode }: ExecutableQuestion): Execution | null {
  if (type === 'directory') return null;
  const place = `/${folded(path)}`;
  const kind = kinds.find(
    ({ folders, endings }) =>
      folders.some((folder) => `${place}/`.includes(folder)) || endings.some((ending) => ending.test(place)),
  );
  if (kind !== undefined) return { reason: kind.reason, unasked: kind.unasked };
  return type === 'file' && mode !== null && (mode & 0o111) !== 0
    ? { reason: 'may be executed', unasked: false }
    : null;
}

/** As a file system sees it that ignores letter case (ext4 with `casefold`), or gives short names too (FAT). */
function folded(path: string): string {
  const plain = path
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase();
  return plain.replaceAll(/(^|\/)git~\d(?=\/|$)/g, '$1.git');
}

function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/\s+/).filter((word) => word !== '');
}

/** A glob on the last components of a path; `*` is any number of characters of one component. */
function toEnding(glob: string): RegExp {
  const pattern = glob.toLowerCase().replace(/[.+?^$()[\]{}|\\]/g, '\\$&');
  return new RegExp(`/${pattern.replaceAll('*', '[^/]*')}$`);
}
