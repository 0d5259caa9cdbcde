import { executableFileKinds } from './executable-file-kinds.ts';

/** What of a change decides whether the person's tools would run it. */
export interface ExecutableQuestion {
  /** Relative, `/`-separated. A name that is not UTF-8 may be given with replacement characters. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits, or null when deleted or unknown. */
  readonly mode: number | null;
}

const kinds = executableFileKinds.map(({ reason, names, folders }) => ({
  reason,
  endings: words(names).map(toEnding),
  folders: words(folders).map((folder) => `/${folder.toLowerCase()}/`),
}));

/**
 * Why the person's own tools would execute an entry, as the end of a sentence that begins with its name; null when they
 * would not. Pure. Letter case is ignored, as some file systems and tools do. Deleted entries count too: taking a hook
 * away also changes what runs.
 */
export function executableReason({ path, type, mode }: ExecutableQuestion): string | null {
  if (type === 'directory') return null;
  const place = `/${path.toLowerCase()}`;
  for (const { reason, endings, folders } of kinds)
    if (folders.some((folder) => place.includes(folder)) || endings.some((ending) => ending.test(place))) return reason;
  return type === 'file' && mode !== null && (mode & 0o111) !== 0 ? 'may be executed' : null;
}

function words(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/\s+/).filter((word) => word !== '');
}

/** A glob on the last components of a path; `*` is any number of characters of one component. */
function toEnding(glob: string): RegExp {
  const pattern = glob.toLowerCase().replace(/[.+?^$()[\]{}|\\]/g, '\\$&');
  return new RegExp(`/${pattern.replaceAll('*', '[^/]*')}$`);
}
