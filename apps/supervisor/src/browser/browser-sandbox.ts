import { createHash, X509Certificate } from 'node:crypto';
import { ordinaryFiles } from '@clawhold/spec';
import { listenerRequests } from '../network/doors.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { openSideSandbox, type SideSandboxParts } from '../runs/open-side-sandbox.ts';
import type { SideSandbox } from '../runs/side-sandboxes.ts';
import { browserLibrary } from './library.ts';

/** Where its library is inside. */
export const insideLibrary = '/opt/clawhold/playwright-core';
/** Threads count; a page of today has many. */
const browserProcesses = 1_024;

/** What of an authority a browser believes: the SHA-256 of its public key, in base64. */
export function publicKeyDigest(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/** Makes the sandbox of a run's browser: without the task folder, with the run's own way out. */
export function openBrowserSandbox(parts: SideSandboxParts, live: LiveRun): Promise<SideSandbox> {
  return openSideSandbox(parts, live, {
    role: 'browser',
    name: 'browser',
    listeners: listenerRequests,
    readOnly: [{ source: browserLibrary(), target: insideLibrary }],
    files: { ...ordinaryFiles, task: 'hidden' },
    limits: { processes: browserProcesses },
  });
}
