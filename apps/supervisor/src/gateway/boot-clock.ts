import { openSync, readSync } from 'node:fs';

/** `/proc/uptime` counts in hundredths of a second. */
export const bootClockMilliseconds = 10;

/**
 * A clock that never goes back and goes on while the machine sleeps: `/proc/uptime` is the kernel's CLOCK_BOOTTIME
 * (proc_uptime(5)). `performance.now()` is CLOCK_MONOTONIC and stands still then, so by it a lease that ran out while a
 * laptop was closed would still be held.
 *
 * @returns milliseconds, in steps of {@link bootClockMilliseconds}; a reading takes a few microseconds.
 */
export function openBootClock(): () => number {
  const file = openSync('/proc/uptime', 'r');
  const text = Buffer.alloc(64);
  return () => {
    const length = readSync(file, text, 0, text.length, 0);
    return Math.round(Number.parseFloat(text.toString('latin1', 0, length)) * 1_000);
  };
}
