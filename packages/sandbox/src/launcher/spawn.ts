import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { ClawholdError, type SandboxDriverName } from '@clawhold/spec';
import { type LauncherChannels, readHandleMessage } from './channels.ts';
import { LauncherDriver, type LauncherOptions } from './driver.ts';

/** Options of {@link spawnLauncher}. */
export interface SpawnLauncherOptions extends LauncherOptions {
  /** The launcher's executable. */
  readonly binary: string;
  /** Who makes the containers. Default: the launcher itself. */
  readonly engine?: SandboxDriverName;
  /** Where the engine `microvm` finds the kernel of its machines: the folder with `boot` and `lib/modules`. */
  readonly guestKernel?: string;
  /** A program that runs the launcher, such as `setpriv` with its options. Default: none. */
  readonly through?: readonly string[];
}

/**
 * Starts a launcher as a child of this process, for tests, benches and tools. In production the launcher is the parent:
 * see `attachLauncher`.
 *
 * @throws ClawholdError `sandbox_launcher_gone` when it ended before it said anything.
 */
export async function spawnLauncher(options: SpawnLauncherOptions): Promise<LauncherDriver> {
  const engine = options.engine === undefined ? [] : ['--engine', options.engine];
  const kernel = options.guestKernel === undefined ? [] : ['--guest-kernel', options.guestKernel];
  const [program = options.binary, ...rest] = [
    ...(options.through ?? []),
    options.binary,
    'serve',
    ...engine,
    ...kernel,
  ];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', CLAWHOLD_LAUNCHER_FD: '4' },
  });
  const control = child.stdio[4];
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (!(control instanceof Duplex))
    throw new ClawholdError('sandbox_launcher_gone', `The launcher ${options.binary} could not be started.`, {
      hint: 'Build it again, and check that it may be executed.',
    });
  const channels: LauncherChannels = {
    control,
    gone,
    onHandle: (receive) => {
      child.on('message', (message: unknown, handle: unknown) => {
        const checked = readHandleMessage(message, handle);
        if (checked !== undefined) receive(checked);
      });
    },
    close: () => {
      control.destroy();
      if (child.connected) child.disconnect();
    },
  };
  return LauncherDriver.connect(channels, options);
}
