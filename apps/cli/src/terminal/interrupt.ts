import type { ApiClient, Run } from '@clawhold/client';
import { exitCodes } from './exit-codes.ts';
import { type Output, paint } from './output.ts';

/** Ctrl-C while a run is watched. */
export interface Interruption {
  /** Whether the person wanted the run to end. */
  readonly interrupted: boolean;
  /** What Ctrl-C does, for whoever reads keys and gets it as one. */
  readonly interrupt: () => void;
  /** From now on Ctrl-C is what it always is. */
  end(): void;
}

/** Ctrl-C reaches us from the terminal and, within moments, again from npm and from whatever started us. */
const burstMilliseconds = 300;

/** Calls back for each time a person presses Ctrl-C; answers with how to end that. */
export function onCtrlC(pressed: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const listener = (): void => {
    const now = performance.now();
    const isEcho = now - last < burstMilliseconds;
    last = now;
    if (!isEcho) pressed();
  };
  process.on('SIGINT', listener);
  return () => void process.off('SIGINT', listener);
}

/** The first Ctrl-C stops the run; a second one leaves it to stop by itself. */
export function stopOnInterrupt(options: {
  readonly api: ApiClient;
  readonly output: Output;
  readonly run: Run['id'];
}): Interruption {
  const { api, output, run } = options;
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) {
      output.line();
      process.exit(exitCodes.interrupted);
    }
    interrupted = true;
    output.line(paint.quiet('\nStopping the run. Ctrl-C again leaves at once.'));
    api.POST('/runs/{run}/stop', { params: { path: { run } } }).catch((error: unknown) => {
      output.status('');
      process.stderr.write(`clawhold: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(exitCodes.interrupted);
    });
  };
  const end = onCtrlC(interrupt);
  return {
    get interrupted() {
      return interrupted;
    },
    interrupt,
    end,
  };
}
