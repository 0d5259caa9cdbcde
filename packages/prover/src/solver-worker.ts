import { parentPort } from 'node:worker_threads';
import { init } from 'z3-solver';

/** Runs in a worker: Z3 is 35 MB of WebAssembly with threads of its own, all of which end with the worker. */
const { Z3 } = await init();

parentPort?.on('message', (script: string) => {
  void answer(script);
});

async function answer(script: string): Promise<void> {
  // A context for each script: nothing that one declares is known to the next.
  const context = Z3.mk_context(Z3.mk_config());
  try {
    parentPort?.postMessage(await Z3.eval_smtlib2_string(context, script)); // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread has no origin
  } finally {
    Z3.del_context(context);
  }
}
