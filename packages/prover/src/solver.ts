import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ClawholdError } from '@clawhold/spec';

/** Z3 in a thread of its own, for scripts in SMT-LIB. It starts with the first script. */
export interface Solver extends AsyncDisposable {
  /**
   * Gives what the script prints. One script runs at a time; others wait.
   *
   * @throws ClawholdError `gateway_internal` when the solver died.
   */
  solve(script: string): Promise<string>;
}

/** How long a script may take beyond the time that it gives the solver itself, in milliseconds. */
const grace = 20_000;

export function startSolver(): Solver {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function run(script: string): Promise<string> {
    worker ??= new Worker(new URL('./solver-worker.ts', import.meta.url));
    const current = worker;
    const limit = AbortSignal.timeout(timeOf(script) + grace);
    try {
      const answer = once(current, 'message', { signal: limit });
      current.postMessage(script); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has no origin
      const [text] = await answer;
      return String(text);
    } catch (cause) {
      worker = undefined;
      await current.terminate();
      // The solver does not always keep its own time.
      if (limit.aborted) return 'timeout';
      throw new ClawholdError('gateway_internal', 'The solver died.', {
        cause,
        hint: 'Ask again; a smaller policy needs less memory.',
      });
    }
  }

  return {
    solve(script) {
      const answer = last.then(() => run(script));
      last = answer.catch(() => undefined);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await worker?.terminate();
    },
  };
}

function timeOf(script: string): number {
  return Number(/\(set-option :timeout (\d+)\)/.exec(script)?.[1] ?? 0);
}
