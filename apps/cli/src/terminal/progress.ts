import { styleText } from 'node:util';

const clearLine = '\r\u001b[K';
/** Between two lines at least, in milliseconds. */
const pause = 100;

/** Says on standard error how far long work is, for people: only where that is a terminal, in one line that goes away. */
export interface Progress {
  report(text: string): void;
  end(): void;
}

export function startProgress(): Progress {
  const { stderr } = process;
  let last = 0;
  return {
    report(text) {
      if (stderr.isTTY !== true || performance.now() - last < pause) return;
      last = performance.now();
      stderr.write(`${clearLine}${styleText('gray', text, { stream: stderr })}`);
    },
    end() {
      if (last !== 0) stderr.write(clearLine);
    },
  };
}
