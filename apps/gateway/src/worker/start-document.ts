import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ClawholdError, type WorkerStart, workerStartSchema } from '@clawhold/spec';

export interface StartDocument {
  readonly start: WorkerStart;
  /** Resolves when the manager's end of the descriptor is gone, and the manager with it. */
  readonly orphaned: Promise<void>;
}

/**
 * Reads the one line of JSON that the service manager writes to a descriptor, which it then keeps open for as long as
 * it lives.
 *
 * @throws ClawholdError `worker_start` when there is no such line, or it is not what was agreed.
 */
export async function readStartDocument(descriptor: number): Promise<StartDocument> {
  // Not a file stream: that reads in a thread of the pool, and a process waits for its threads before it ends.
  const stream = new Socket({ fd: descriptor, readable: true, writable: false });
  const lines = createInterface({ input: stream });
  const orphaned = new Promise<void>((resolve) => {
    // Reading a pipe or socket whose other end died ends or fails; both mean the same.
    lines.once('close', resolve);
    stream.once('error', () => resolve());
  });
  const line = await new Promise<string>((resolve) => {
    lines.once('line', resolve);
    orphaned.then(() => resolve(''));
  });
  const parsed = workerStartSchema.safeParse(parse(line));
  if (parsed.success) return { start: parsed.data, orphaned };
  throw new ClawholdError('worker_start', 'The worker got no start document on descriptor 3.', {
    hint: 'It is started by "clawhold up", not by hand.',
    cause: parsed.error,
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
