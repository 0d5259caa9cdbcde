/** How often it looks, in milliseconds. */
const interval = 500;

/**
 * Counts the seconds in which a program works, and calls once when they are used up. While `isStill` nothing counts: a
 * person is asked, and the sandbox is frozen.
 */
export function startWorkClock(seconds: number, isStill: () => boolean, onOver: () => void): Disposable {
  let worked = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (!isStill()) worked += now - last;
    last = now;
    if (worked < seconds * 1_000) return;
    clearInterval(timer);
    onOver();
  }, interval).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
