import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@clawhold/testkit';
import { onTestFinished } from 'vitest';
import type { IsolationTier } from '../attestation.ts';
import type { SandboxDriver } from '../driver.ts';
import type { Sandbox, SandboxRequest } from '../sandbox.ts';

/** A driver under test, and the account whose folders it is given. */
export interface ConformanceSubject {
  readonly name: string;
  readonly tier: IsolationTier;
  /** The suite's own driver; it lives as long as the suite. */
  driver(): SandboxDriver;
  readonly owner: { readonly uid: number; readonly gid: number };
}

/** A sandbox with the folders that it was made from. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly request: SandboxRequest;
  /** Runs a shell script inside; standard output and error together, without the last newline. */
  sh(script: string): Promise<string>;
}

let slots = 0;

export const ordinaryLimits: SandboxRequest['limits'] = {
  memoryBytes: 512 * 1024 ** 2,
  processes: 64,
  openFiles: 256,
  temporaryBytes: 16 * 1024 ** 2,
};

/** Folders and a request for a sandbox, gone after the test. `files` are put into the task folder. */
export async function prepare(
  subject: ConformanceSubject,
  wishes: Partial<SandboxRequest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<SandboxRequest> {
  const folder = await temporaryFolder({ mode: 0o711 });
  const [taskFolder, storage] = [join(folder, 'task'), join(folder, 'storage')];
  for (const path of [taskFolder, storage]) await mkdir(path, { mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(taskFolder, name)), { recursive: true });
    await writeFile(join(taskFolder, name), content);
  }
  const made = Object.keys(files).flatMap((name) => [dirname(name), name]);
  for (const path of [taskFolder, storage, ...made.map((name) => join(taskFolder, name))])
    await chown(path, subject.owner.uid, subject.owner.gid);
  return {
    id: 'sbx-conformance',
    slot: slots++,
    taskFolder,
    storage,
    listeners: [],
    runtime: { node: process.execPath },
    readOnly: [],
    environment: { PATH: '/opt/node/bin:/usr/bin:/bin', HOME: '/tmp/home' },
    hosts: {},
    limits: ordinaryLimits,
    forbiddenSockets: [],
    ...wishes,
  };
}

/** Starts a sandbox that is killed after the test. */
export async function scene(
  subject: ConformanceSubject,
  wishes: Partial<SandboxRequest> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const request = await prepare(subject, wishes, files);
  const sandbox = await subject.driver().start(request);
  onTestFinished(() => sandbox.kill());
  return { sandbox, request, sh: (script) => shell(sandbox, script) };
}

export async function shell(sandbox: Sandbox, script: string): Promise<string> {
  const { stdout } = await sandbox.run({ arguments: ['sh', '-c', `exec 2>&1; ${script}`] });
  return Buffer.from(stdout).toString().trimEnd();
}
