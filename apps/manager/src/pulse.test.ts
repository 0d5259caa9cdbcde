import { EventEmitter } from 'node:events';
import type { Interface } from 'node:readline';
import { verifies } from '@clawhold/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchPulse } from './pulse.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Only its event `line` is used. */
function makeLines(): Interface {
  return new EventEmitter() as unknown as Interface;
}

test(verifies('manager.hanging-ends', 'five silent intervals are borne, the sixth is not'), () => {
  const lines = makeLines();
  const onSilence = vi.fn();
  watchPulse(lines, 1_000, onSilence);
  for (let round = 0; round < 3; round++) {
    vi.advanceTimersByTime(5_000);
    lines.emit('line', '{"kind":"alive"}');
  }
  expect(onSilence).not.toHaveBeenCalled();
  vi.advanceTimersByTime(6_000);
  expect(onSilence).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(onSilence).toHaveBeenCalledTimes(1);
});

test('nobody listens any more to a process that has ended', () => {
  const lines = makeLines();
  const onSilence = vi.fn();
  watchPulse(lines, 1_000, onSilence)[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect(onSilence).not.toHaveBeenCalled();
  expect(lines.listenerCount('line')).toBe(0);
});
