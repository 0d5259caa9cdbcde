import { ClawholdError } from '@clawhold/spec/error';
import {
  findEngine,
  isSandboxDriver,
  missingEngine,
  type SandboxDriverName,
  sandboxDrivers,
} from '@clawhold/spec/sandbox-drivers';

/**
 * The driver that `CLAWHOLD_SANDBOX_DRIVER` names. Default: the launcher itself.
 *
 * @throws ClawholdError `host_driver_unknown`, or `host_driver_missing` when its program or service is not on this machine.
 */
export function sandboxDriver({ CLAWHOLD_SANDBOX_DRIVER: name }: NodeJS.ProcessEnv): SandboxDriverName {
  if (name === undefined || name === '') return 'launcher';
  if (!isSandboxDriver(name))
    throw new ClawholdError('host_driver_unknown', `There is no sandbox driver "${name}".`, {
      hint: `Set CLAWHOLD_SANDBOX_DRIVER to one of ${Object.keys(sandboxDrivers).join(', ')}, or leave it out.`,
    });
  if (findEngine(name) !== undefined) return name;
  const { sentence, hint } = missingEngine(name);
  throw new ClawholdError('host_driver_missing', sentence, { hint: `${hint}. Or leave CLAWHOLD_SANDBOX_DRIVER out.` });
}
