import { Socket } from 'node:net';
import { ClawholdError } from '@clawhold/spec';
import { claimsInCluster } from '../kubernetes/in-cluster.ts';
import { type LauncherChannels, readHandleMessage } from './channels.ts';
import { LauncherDriver, type LauncherOptions } from './driver.ts';

/**
 * Connects to the launcher that started this process: `clawhold-launcher serve … -- node supervisor.ts`. Call it once.
 *
 * @throws ClawholdError `sandbox_launcher_missing` when this process was not started by a launcher.
 */
export function attachLauncher(options: LauncherOptions = {}): Promise<LauncherDriver> {
  const descriptor = Number(process.env['CLAWHOLD_LAUNCHER_FD']);
  if (!Number.isInteger(descriptor) || descriptor < 3 || process.channel === undefined || process.channel === null)
    throw new ClawholdError('sandbox_launcher_missing', 'This process was not started by the launcher.', {
      hint: 'Start it as `clawhold-launcher serve -- node …`.',
    });
  // No child of ours may think that it has a launcher.
  delete process.env['CLAWHOLD_LAUNCHER_FD'];
  const control = new Socket({ fd: descriptor, readable: true, writable: true });
  const channels: LauncherChannels = {
    control,
    gone: new Promise((resolve) => control.once('close', () => resolve())),
    onHandle: (receive) => {
      process.on('message', (message: unknown, handle: unknown) => {
        const checked = readHandleMessage(message, handle);
        if (checked !== undefined) receive(checked);
      });
    },
    close: () => {
      control.destroy();
      if (process.connected) process.disconnect();
    },
  };
  return LauncherDriver.connect(channels, options, claimsInCluster);
}
