import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

export interface TemporaryFolderOptions {
  /** Permission bits. Default: 0o700. Take 0o711 when another account must pass through. */
  readonly mode?: number;
  /** Where it is made. Default: the system's folder for such. */
  readonly parent?: string | undefined;
}

/**
 * Makes an empty folder that is removed when the running test has finished. The path is short enough for a Unix socket
 * to live in it (`sun_path` ends at 107 bytes).
 *
 * Outside a test, in `beforeAll` for instance, use {@link makeTemporaryFolder}.
 */
export async function temporaryFolder(options: TemporaryFolderOptions = {}): Promise<string> {
  const folder = await makeTemporaryFolder(options);
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

/** A folder that is removed when it is disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty folder that the caller disposes of. */
export async function makeTemporaryFolder(options: TemporaryFolderOptions = {}): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(options.parent ?? tmpdir(), 'clawhold-test-'));
  await chmod(path, options.mode ?? 0o700);
  return { path, [Symbol.asyncDispose]: () => remove(path) };
}

async function remove(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 };
  await rm(path, options).catch(async () => {
    // The kernel keeps a folder without any permission in each overlay; its owner has to give himself some.
    await promisify(execFile)('chmod', ['-R', 'u+rwX', path]);
    await rm(path, options);
  });
}
