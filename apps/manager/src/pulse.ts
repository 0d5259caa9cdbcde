import type { Interface } from 'node:readline';

/** So many silent intervals, and the process counts as hanging. */
const patience = 5;

/**
 * Listens to a process that says at intervals that it is alive: any line counts. Calls `onSilence` once when it has not
 * for five intervals. Intervals are counted, not time: when the machine, or this process, was asleep, none has passed.
 */
export function watchPulse(lines: Interface, milliseconds: number, onSilence: () => void): Disposable {
  let missed = 0;
  const beat = (): void => {
    missed = 0;
  };
  lines.on('line', beat);
  const timer = setInterval(() => {
    missed += 1;
    if (missed <= patience) return;
    clearInterval(timer);
    onSilence();
  }, milliseconds).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      lines.off('line', beat);
    },
  };
}
