import {
  driverObstacle,
  isSandboxDriver,
  type SandboxDriverName,
  sandboxDrivers,
} from '@clawhold/spec/sandbox-drivers';
import type { Finding } from './finding.ts';

/**
 * Which drivers could make sandboxes here, and whether the chosen one could.
 *
 * @param environment with what `CLAWHOLD_SANDBOX_DRIVER` and `CLAWHOLD_GUEST_KERNEL` say
 * @param machine another one in tests. Default: this machine
 */
export function examineDriver(environment: NodeJS.ProcessEnv, machine?: Parameters<typeof driverObstacle>[2]): Finding {
  const { CLAWHOLD_SANDBOX_DRIVER: chosen } = environment;
  const subject = 'driver';
  const name = chosen === undefined || chosen === '' ? 'launcher' : chosen;
  if (!isSandboxDriver(name))
    return { subject, state: 'bad', text: `CLAWHOLD_SANDBOX_DRIVER names no driver: ${name}` };
  const obstacle = driverObstacle(name, environment, machine);
  if (obstacle !== undefined) return { subject, state: 'bad', text: `${obstacle.sentence} ${obstacle.hint}` };
  const others = (Object.keys(sandboxDrivers) as SandboxDriverName[]) // its keys are these names
    .filter((other) => other !== name && driverObstacle(other, environment, machine) === undefined);
  return { subject, state: 'good', text: `${name}${others.length === 0 ? '' : `; also here: ${others.join(', ')}`}` };
}
