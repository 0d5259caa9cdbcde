import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyFolder, maskTaskFolder, type SandboxDriver, type SandboxRequest } from '@clawhold/sandbox';
import { ClawholdError, type SideRole } from '@clawhold/spec';
import type { SandboxEnvironment } from '../network/sandbox-environment.ts';
import { type Joining, type JoinParts, joinRun } from './join-run.ts';
import type { LiveRun } from './live-run.ts';
import { runFolder } from './run-folder.ts';
import { sandboxBasis } from './sandbox-basis.ts';
import type { SideSandbox } from './side-sandboxes.ts';
import type { Slots } from './slots.ts';

export interface SideSandboxParts extends JoinParts {
  /** The supervisor's own folder. */
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly slots: Slots;
  readonly environment: SandboxEnvironment;
}

/** What another sandbox of a run is for, and what is its own. */
export interface SideRequest
  extends Pick<SandboxRequest, 'listeners' | 'readOnly'>,
    Pick<Joining, 'agent' | 'settled'> {
  readonly role: SideRole;
  /** Of this one among those of the run. */
  readonly name: string;
  readonly files: NonNullable<SandboxRequest['files']>;
  readonly systemCalls?: NonNullable<SandboxRequest['systemCalls']>;
  readonly limits?: Partial<SandboxRequest['limits']>;
}

/**
 * Makes another sandbox of a run: with no credential, and with nothing in it that outlives the run. Of the task folder it sees
 * nothing, or what the run found there, without its secrets. It stands still and ends with the run.
 */
export async function openSideSandbox(
  parts: SideSandboxParts,
  live: LiveRun,
  asked: SideRequest,
): Promise<SideSandbox> {
  const { environment, driver } = parts;
  const { role, name, agent, settled, limits, ...own } = asked;
  const home = join(runFolder(parts.folder, live.id), name);
  await mkdir(home, { recursive: true, mode: 0o700 });
  // What one left that a crash ended.
  await emptyFolder(driver, home);
  const [storage, empty] = [join(home, 'storage'), join(home, 'empty')];
  for (const folder of [storage, empty]) await mkdir(folder, { mode: 0o700 });
  const seesTask = own.files.task !== 'hidden';
  const taskFolder = seesTask ? live.record.taskFolder : empty;
  const hidden = seesTask ? await maskTaskFolder(driver, { taskFolder, storage }, live.taskSecrets) : [];
  const slot = await parts.slots.take();
  const sandbox = await driver
    .start({
      ...sandboxBasis(environment, limits),
      ...own,
      id: `${live.id}-${name}`,
      slot,
      taskFolder,
      storage,
      readOnly: [...environment.readOnly, ...own.readOnly],
      environment: environment.variables,
    })
    .catch((error: unknown) => {
      parts.slots.release(slot);
      throw error;
    });
  const tidy = async (): Promise<void> => {
    await sandbox.closed;
    // A launcher that is gone leaves it to the next one of this name.
    await emptyFolder(driver, home).catch(() => undefined);
    parts.slots.release(slot);
  };
  parts.keepUntilDone(tidy());
  if (hidden.length > 0 && !sandbox.attestation.files.masked) {
    await sandbox.kill();
    throw new ClawholdError('sandbox_view_refused', 'The sandbox would have seen secrets of the task folder.');
  }
  const side = await joinRun(parts, live, sandbox, { role, agent, settled, hasDoors: own.listeners.length > 0 });
  await live.frost.join(sandbox);
  return side;
}
