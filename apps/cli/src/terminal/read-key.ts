/** What is typed this soon after a question was drawn, in milliseconds, was typed before it could be read. */
const settlingMilliseconds = 300;

const interrupt = '\u0003';

export interface ReadKeyOptions {
  /** The keys that answer; anything else is ignored. Enter is `\r`. */
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
  /** Ctrl-C, which is a key like every other while keys are read. */
  readonly onInterrupt: () => void;
}

/**
 * Waits for one of these keys at the terminal; undefined when the signal aborts first. What was typed before the question
 * stood there, or pasted, answers nothing.
 */
export function readKey({ keys, signal, onInterrupt }: ReadKeyOptions): Promise<string | undefined> {
  const { stdin } = process;
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const since = performance.now();
    const finish = (key: string | undefined): void => {
      stdin.off('data', onData);
      signal.removeEventListener('abort', onAbort);
      stdin.setRawMode(false);
      stdin.pause();
      resolve(key);
    };
    const onAbort = (): void => finish(undefined);
    const onData = (data: Buffer): void => {
      const key = data.toString('utf8').toLowerCase();
      if (key.includes(interrupt)) {
        finish(undefined);
        onInterrupt();
      } else if (performance.now() - since >= settlingMilliseconds && keys.includes(key)) finish(key);
    };
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
    signal.addEventListener('abort', onAbort);
  });
}
