import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled, isProgramManifest, parseProgramManifest, placeInside } from '@clawhold/harness';
import { ClawholdError, type RunId } from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';

/** What the sandbox of a run shows, read-only, because its agent was installed: nothing for the built-in loop. */
export type FindInstallation = (run: RunId) => Promise<readonly { readonly source: string; readonly target: string }[]>;

/**
 * Finds the installation that the run's manifest names, as the gateway recorded it. Its name has the digest of what is in
 * it, and no sandbox can write there.
 *
 * @param folder where the operator's installations lie.
 */
export function createInstallations(folder: string, gateway: Pick<Gateway, 'readManifest'>): FindInstallation {
  return async (run) => {
    const origin = 'the manifest of the run';
    const { text } = await gateway.readManifest({ run });
    if (!isProgramManifest(text, origin)) return [];
    const { name, harness, installed } = parseProgramManifest(text, origin);
    if (installed === undefined || !isInstalled(harness)) return [];
    const source = join(folder, installed);
    if ((await stat(source).catch(() => undefined)) === undefined)
      throw new ClawholdError(
        'state_agent_not_installed',
        `The agent ${name} needs ${installed}, which is not installed.`,
        {
          hint: `Install it: npx clawhold agent upgrade ${name}`,
        },
      );
    return [{ source, target: placeInside(harness) }];
  };
}
