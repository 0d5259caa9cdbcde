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
  /** What lies below the folder that takes changes: one layer for each checkpoint. Default: none. */
  readonly layers?: ViewLayers;
  /** The view as it was when the last layer was closed, without what was written later. Default: false. */
  readonly atCheckpoint?: boolean;
  /** Where overlayfs keeps its marks: `user` when it was mounted with `userxattr` (default), else `trusted`. */
  readonly marks?: 'user' | 'trusted';
  /** Default: {@link largestFileBytes}. */
  readonly largestFileBytes?: number;
}

/** Closed layers of changes, which nobody writes to any more; the views of several runs may have the same ones. */
export interface ViewLayers {
  /** Absolute path of the folder that holds them. */
  readonly pool: string;
  /** Their names, the oldest first; at most {@link mostLayers}, each of one to three letters and digits. */
  readonly names: readonly string[];
}

/** Layers of one view: so many that their names fit into what the kernel takes of a mount at once (256 bytes). */
export const mostLayers: number = 60;

/** Where the parts of a view are in its storage. */
export function storagePaths(view: Pick<TaskFolderView, 'storage'>): { upper: string; kept: string; trash: string } {
  return {
    /** What the run wrote; the launcher mounts the view on it. */
    upper: join(view.storage, 'view', 'upper'),
    /** One folder per keep: journals, and the old contents that an undo brings back. */
    kept: join(view.storage, 'kept'),
    trash: join(view.storage, 'trash'),
  };
}

/** The arguments that `diff`, `show` and `keep` begin with. */
export function viewArguments(view: TaskFolderView): string[] {
  const largest = view.largestFileBytes ?? largestFileBytes;
  const upper = view.atCheckpoint === true ? '' : storagePaths(view).upper;
  const { pool = '', names = [] } = view.layers ?? {};
  return [view.taskFolder, upper, pool, names.toReversed().join(':'), view.marks ?? 'user', String(largest)];
}
