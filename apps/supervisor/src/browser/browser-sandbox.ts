import { createHash, X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder, type SandboxDriver } from '@clawhold/sandbox';
import { ordinaryFiles } from '@clawhold/spec';
import { listenerRequests } from '../network/doors.ts';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';
import { type JoinParts, joinRun } from '../runs/join-run.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { runFolder } from '../runs/run-folder.ts';
import { sandboxBasis } from '../runs/sandbox-basis.ts';
import type { SideSandbox } from '../runs/side-sandboxes.ts';
import type { Slots } from '../runs/slots.ts';
import { browserLibrary } from './library.ts';

export interface BrowserSandboxParts extends JoinParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly slots: Slots;
  readonly environment: SandboxEnvironment;
}

/** Where its library is inside. */
export const insideLibrary = '/opt/clawhold/playwright-core';
/** Threads count; a page of today has many. */
const browserProcesses = 1_024;

/** What of an authority a browser believes: the SHA-256 of its public key, in base64. */
export function publicKeyDigest(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/**
 * Makes the sandbox of a run's browser: without the task folder, without a credential, with the run's own way out. Nothing in
 * it outlives the run.
 */
export async function openBrowserSandbox(parts: BrowserSandboxParts, live: LiveRun): Promise<SideSandbox> {
  const { environment } = parts;
  const home = join(runFolder(parts.folder, live.id), 'browser');
  await mkdir(home, { recursive: true, mode: 0o700 });
  // What one left that a crash ended.
  await emptyFolder(parts.driver, home);
  const [storage, empty] = [join(home, 'storage'), join(home, 'empty')];
  for (const folder of [storage, empty]) await mkdir(folder, { mode: 0o700 });
  const slot = await parts.slots.take();
  const sandbox = await parts.driver
    .start({
      ...sandboxBasis(environment, { processes: browserProcesses }),
      id: `${live.id}-browser`,
      slot,
      taskFolder: empty,
      storage,
      listeners: listenerRequests,
      readOnly: [...environment.readOnly, { source: browserLibrary(), target: insideLibrary }],
      files: { ...ordinaryFiles, task: 'hidden' },
      environment: environment.variables,
    })
    .catch((error: unknown) => {
      parts.slots.release(slot);
      throw error;
    });
  const tidy = async (): Promise<void> => {
    await sandbox.closed;
    // A launcher that is gone leaves it to the next browser of the run.
    await emptyFolder(parts.driver, home).catch(() => undefined);
    parts.slots.release(slot);
  };
  parts.keepUntilDone(tidy());
  const side = await joinRun(parts, live, sandbox, 'browser');
  await live.frost.join(sandbox);
  return side;
}
