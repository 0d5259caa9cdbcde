import { join } from 'node:path';

/** Files beyond this size are listed but can be neither kept nor brought back: each is read and copied whole. Bytes. */
const largestFileBytes: number = 2 * 1024 ** 3;

/** The copy-on-write view of one run: the person's task folder, and the storage that took the changes. */
export interface TaskFolderView {
  /** Absolute path of the task folder. Must be a real path: its last component is never followed as a link. */
  readonly taskFolder: string;
  /** Absolute path of the run's storage folder, on the operator's side, out of every sandbox's reach. */
  readonly storage: string;
  /** What {@link beginRun} answered when the run began. */
  readonly begun: string;
  /** Where overlayfs keeps its marks: `user` when it was mounted with `userxattr` (default), else `trusted`. */
  readonly marks?: 'user' | 'trusted';
  /** Default: {@link largestFileBytes}. */
  readonly largestFileBytes?: number;
}

/** Where the parts of a view are in its storage. */
export function storagePaths(view: TaskFolderView): { upper: string; kept: string; trash: string } {
  return {
    /** What the run wrote; the launcher mounts the view on it. */
    upper: join(view.storage, 'view', 'upper'),
    /** One folder per keep: journals, and the old contents that an undo brings back. */
    kept: join(view.storage, 'kept'),
    trash: join(view.storage, 'trash'),
  };
}

/** The arguments that `diff` and `keep` begin with. */
export function viewArguments(view: TaskFolderView): string[] {
  const largest = view.largestFileBytes ?? largestFileBytes;
  return [view.taskFolder, storagePaths(view).upper, view.marks ?? 'user', String(largest)];
}
