/** What a sandbox may do with a path: `read` includes running programs. */
export type FileAccess = 'read' | 'write';

/** What a sandbox sees of the machine's files, settled before it starts: nothing of it changes while it runs. */
export interface SandboxFiles {
  /** `system`: everything that sandboxes see of the machine by default. `listed`: only `paths`, beside what is its own. */
  readonly view: 'system' | 'listed';
  /** The task folder at `/task`; `write` is copy-on-write. */
  readonly task: 'hidden' | FileAccess;
  /** Folders of its own, empty at the start, that may be written. */
  readonly scratch: readonly ScratchFolder[];
  /**
   * Files and folders of the machine, at the path that they have there; none lies below another. Written is a private
   * copy, which ends with the sandbox: nothing of the machine changes.
   */
  readonly paths: readonly { readonly path: string; readonly access: FileAccess }[];
  /** What cannot be shown, or a kernel without Landlock, fails the start. Otherwise it is left out, and said. */
  readonly strict: boolean;
}

export const scratchFolders = ['/tmp', '/dev/shm'] as const;
export type ScratchFolder = (typeof scratchFolders)[number];

/** What a sandbox sees when no policy says otherwise. */
export const ordinaryFiles: SandboxFiles = Object.freeze({
  view: 'system',
  task: 'write',
  scratch: scratchFolders,
  paths: [],
  strict: true,
});

/**
 * Folders of the machine that every sandbox sees by default, read-only, as far as they are there; and what a policy may
 * name when the ceiling does not say. The launcher has the same list in `layers/mounts.c`; a test compares them.
 */
export const systemFolders = [
  '/usr',
  '/etc/alternatives',
  '/etc/ssl/certs',
  '/etc/ca-certificates',
  '/etc/pki',
  '/etc/perl',
  '/etc/python3',
  '/etc/ld.so.conf.d',
  '/etc/crypto-policies',
  '/etc/chromium.d',
] as const;

/** Whether a path is the other, or lies below it. Both absolute, in normal form. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
