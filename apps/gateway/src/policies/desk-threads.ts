import { Worker } from 'node:worker_threads';

/** What a thread may keep in memory, in MiB; comparing two large policies needs a tenth of it. */
const memory = 512;

/** How long a thread waits for its next task, in milliseconds. */
const patience = 30_000;

/** Threads without a task, each with the end of its patience. */
const idle = new Map<Worker, NodeJS.Timeout>();

/**
 * Lends a thread for one task. To load what it runs takes longer than most tasks, so one that did its task well takes
 * the next; one whose task failed ends with all that it left in memory.
 */
export async function withDeskThread<Result>(use: (thread: Worker) => Promise<Result>): Promise<Result> {
  const thread = wake() ?? start();
  try {
    const result = await use(thread);
    rest(thread);
    return result;
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

function start(): Worker {
  const thread = new Worker(new URL('./desk-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  // Whoever uses it hears of it too; without a task there is nobody to tell.
  thread.on('error', () => undefined).once('exit', () => forget(thread));
  return thread;
}

function wake(): Worker | undefined {
  const [thread] = idle.keys();
  if (thread === undefined) return undefined;
  forget(thread);
  thread.ref();
  return thread;
}

function rest(thread: Worker): void {
  thread.unref();
  idle.set(thread, setTimeout(() => void thread.terminate(), patience).unref());
}

function forget(thread: Worker): void {
  clearTimeout(idle.get(thread));
  idle.delete(thread);
}
