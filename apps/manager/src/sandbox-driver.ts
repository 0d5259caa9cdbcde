import { ClawholdError } from '@clawhold/spec/error';
import {
  driverObstacle,
  guestKernelFolder,
  isSandboxDriver,
  type SandboxDriverName,
  sandboxDrivers,
} from '@clawhold/spec/sandbox-drivers';

/**
 * The driver that `CLAWHOLD_SANDBOX_DRIVER` names. Default: the launcher itself.
 *
 * @throws ClawholdError `host_driver_unknown`, or `host_driver_missing` when its program, service or kernel is not on this
 * machine, or it cannot run on machines of this kind.
 */
export function sandboxDriver(environment: NodeJS.ProcessEnv): SandboxDriverName {
  const { CLAWHOLD_SANDBOX_DRIVER: name } = environment;
  if (name === undefined || name === '') return 'launcher';
  if (!isSandboxDriver(name))
    throw new ClawholdError('host_driver_unknown', `There is no sandbox driver "${name}".`, {
      hint: `Set CLAWHOLD_SANDBOX_DRIVER to one of ${Object.keys(sandboxDrivers).join(', ')}, or leave it out.`,
    });
  const obstacle = driverObstacle(name, environment);
  if (obstacle === undefined) return name;
  const { sentence, hint } = obstacle;
  throw new ClawholdError('host_driver_missing', sentence, { hint: `${hint}. Or leave CLAWHOLD_SANDBOX_DRIVER out.` });
}

/** What the launcher is told of that driver. */
export function launcherDriver(driver: SandboxDriverName, environment: NodeJS.ProcessEnv): readonly string[] {
  return ['--engine', driver, ...(driver === 'microvm' ? ['--guest-kernel', guestKernelFolder(environment)] : [])];
}
