import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bootClockMilliseconds, openBootClock } from './boot-clock.ts';

test('it goes as fast as the clock that stands still while the machine sleeps', async () => {
  const now = openBootClock();
  const began = { boot: now(), monotonic: performance.now() };
  await sleep(200);
  const [boot, monotonic] = [now() - began.boot, performance.now() - began.monotonic];
  expect(boot).toBeGreaterThanOrEqual(monotonic - 2 * bootClockMilliseconds);
  expect(now()).toBeGreaterThanOrEqual(began.boot + 200 - bootClockMilliseconds);
});
