import {
  findEngine,
  isSandboxDriver,
  missingEngine,
  type SandboxDriverName,
  sandboxDrivers,
} from '@clawhold/spec/sandbox-drivers';
import type { Finding } from './finding.ts';

/**
 * Which drivers could make sandboxes here, and whether the chosen one could.
 *
 * @param chosen the content of `CLAWHOLD_SANDBOX_DRIVER`
 * @param find of a driver's engine; another one in tests
 */
export function examineDriver(chosen: string | undefined, find: typeof findEngine = findEngine): Finding {
  const subject = 'driver';
  const name = chosen === undefined || chosen === '' ? 'launcher' : chosen;
  if (!isSandboxDriver(name))
    return { subject, state: 'bad', text: `CLAWHOLD_SANDBOX_DRIVER names no driver: ${name}` };
  if (find(name) === undefined) {
    const { sentence, hint } = missingEngine(name);
    return { subject, state: 'bad', text: `${sentence} ${hint}` };
  }
  const others = (Object.keys(sandboxDrivers) as SandboxDriverName[]) // its keys are these names
    .filter((other) => other !== name && find(other) !== undefined);
  return { subject, state: 'good', text: `${name}${others.length === 0 ? '' : `; also here: ${others.join(', ')}`}` };
}
