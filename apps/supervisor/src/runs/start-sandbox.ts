import type { Snapshot } from '@clawhold/policy';
import { maskTaskFolder, type Sandbox } from '@clawhold/sandbox';
import { ClawholdError, ledgerEvent } from '@clawhold/spec';
import { canaryVariable } from '../detection/guarded-values.ts';
import { listenerRequests } from '../network/doors.ts';
import type { OpenRequest, RunParts } from './open-run.ts';
import { type RunRecord, runFolder } from './run-folder.ts';
import { sandboxBasis } from './sandbox-basis.ts';
import { filesOf } from './static-files.ts';

/** Of the files that are hidden from a sandbox, how many the ledger names. */
const mostHiddenNamed = 100;

interface HiddenFiles {
  readonly count: number;
  readonly paths: readonly string[];
}

/**
 * Starts a sandbox on the files of a run, without the secrets of its task folder; a refusal is recorded.
 *
 * @throws ClawholdError `sandbox_*` of the driver.
 */
export async function startSandbox(
  parts: RunParts,
  { run, agent }: Pick<OpenRequest, 'run' | 'agent'>,
  record: RunRecord,
  snapshot: Snapshot,
): Promise<{ readonly sandbox: Sandbox; readonly hiddenFiles: HiddenFiles }> {
  const { environment } = parts;
  const storage = runFolder(parts.folder, run);
  try {
    const files = filesOf(agent, snapshot);
    const [layers, installation, skills, , hidden] = await Promise.all([
      parts.checkpoints.layersOf(run),
      parts.installationOf(run),
      parts.skillsOf(agent, run),
      parts.disk.assertRoom(record),
      maskTaskFolder(parts.driver, { taskFolder: record.taskFolder, storage }, snapshot.taskSecrets),
    ]);
    const sandbox = await parts.driver.start({
      ...sandboxBasis(environment),
      id: run,
      slot: record.slot,
      taskFolder: record.taskFolder,
      storage,
      layers,
      listeners: listenerRequests,
      readOnly: [...environment.readOnly, ...installation, ...skills.folders],
      files,
      systemCalls: snapshot.systemCalls,
      // What the platform itself says there stands above.
      environment: {
        ...parts.placeholders.issue(run, agent),
        ...environment.variables,
        [canaryVariable]: parts.canaryOf(run),
      },
    });
    // A driver that shows the folder as it is.
    if (hidden.length > 0 && files.task !== 'hidden' && !sandbox.attestation.files.masked) {
      await sandbox.kill();
      throw new ClawholdError('sandbox_view_refused', 'The sandbox would have seen secrets of the task folder.');
    }
    return { sandbox, hiddenFiles: { count: hidden.length, paths: hidden.slice(0, mostHiddenNamed) } };
  } catch (error) {
    const code = error instanceof ClawholdError ? error.code : 'sandbox_unknown';
    const body = { code, probe: error instanceof ClawholdError ? error.message : null };
    await parts.gateway
      .appendEvents({ events: [ledgerEvent('sandbox.refused', body, { actor: 'supervisor', run })] })
      .catch(() => undefined); // the refusal itself is what counts
    throw error;
  }
}
