import { ClawholdError } from '@clawhold/spec/error';
import { findEngine, isSandboxDriver, type SandboxDriverName, sandboxDrivers } from '@clawhold/spec/sandbox-drivers';

/**
 * The driver that `CLAWHOLD_SANDBOX_DRIVER` names. Default: the launcher itself.
 *
 * @throws ClawholdError `host_driver_unknown`, or `host_driver_missing` when its program is not on this machine.
 */
export function sandboxDriver({ CLAWHOLD_SANDBOX_DRIVER: name }: NodeJS.ProcessEnv): SandboxDriverName {
  if (name === undefined || name === '') return 'launcher';
  if (!isSandboxDriver(name))
    throw new ClawholdError('host_driver_unknown', `There is no sandbox driver "${name}".`, {
      hint: `Set CLAWHOLD_SANDBOX_DRIVER to one of ${Object.keys(sandboxDrivers).join(', ')}, or leave it out.`,
    });
  if (findEngine(name) === undefined)
    throw new ClawholdError('host_driver_missing', `The sandbox driver ${name} is not installed on this machine.`, {
      hint: `On Debian or Ubuntu: sudo apt-get install ${sandboxDrivers[name].package}. Or leave CLAWHOLD_SANDBOX_DRIVER out.`,
    });
  return name;
}
