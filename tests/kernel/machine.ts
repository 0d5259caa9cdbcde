/** A virtual machine whose processor QEMU imitates, so that it runs anywhere, slowly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { stripVTControlCharacters } from 'node:util';

interface Machine {
  /** Image of the kernel, and the archive of its first files. */
  readonly kernel: string;
  readonly initialFiles: string;
  /** Images of its disks, in the order in which it sees them. */
  readonly disks: readonly string[];
  /** What it writes to its console is put into this file. */
  readonly console: string;
  readonly memoryMegabytes: number;
}

/** The counter of an imitated processor is this machine's: measuring it fails, and hangs, when this machine is busy. In kHz. */
function clock(): number {
  return (cpus()[0]?.speed || 2_000) * 1_000;
}

/**
 * Runs it until it ends by itself.
 *
 * @throws Error with the end of its console when QEMU fails.
 */
export async function runMachine(machine: Machine, signal: AbortSignal): Promise<void> {
  const disks = machine.disks.flatMap((path, index) => [
    '-drive',
    `id=disk${index},file=${path},format=raw,if=none,cache=unsafe`,
    '-device',
    `virtio-blk-device,drive=disk${index}`,
  ]);
  const qemu = spawn(
    'setpriv',
    [
      // It would outlive a run of the tests that is killed.
      '--pdeathsig',
      'KILL',
      'qemu-system-x86_64',
      '-nodefaults',
      '-no-user-config',
      '-nographic',
      '-no-reboot',
      '-sandbox',
      'on',
      '-machine',
      'microvm,acpi=on,rtc=on',
      '-accel',
      'tcg,thread=multi',
      '-cpu',
      'max',
      '-smp',
      '2',
      '-m',
      String(machine.memoryMegabytes),
      '-kernel',
      machine.kernel,
      '-initrd',
      machine.initialFiles,
      // A restart is how it ends: this machine has no power switch.
      '-append',
      `console=ttyS0 reboot=t panic=-1 quiet tsc_early_khz=${clock()}`,
      '-serial',
      `file:${machine.console}`,
      '-global',
      'virtio-mmio.force-legacy=false',
      ...disks,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], signal, killSignal: 'SIGKILL' },
  );
  const [status] = (await once(qemu, 'exit')) as [number | null];
  if (status !== 0)
    throw new Error(`QEMU ended with ${status}: ${(await readConsole(machine.console)).slice(-10).join('\n')}`);
}

/** The lines of a console. */
export async function readConsole(path: string): Promise<readonly string[]> {
  return stripVTControlCharacters(await readFile(path, 'utf8')).split(/\r?\n/);
}
