import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ClawholdError, pulse, type Readiness } from '@clawhold/spec';
import type { z } from 'zod';

/** The descriptor on which the service manager hands over the start document. */
const startDescriptor = 3;

/** What a process was born with. */
export interface Start<Document> {
  readonly document: Document;
  /** Aborted when the manager is gone: then this process has to end too. */
  readonly managerGone: AbortSignal;
}

/**
 * Reads the one line of JSON that the service manager wrote to descriptor 3, and watches that descriptor for the
 * manager's end.
 *
 * @throws ClawholdError `channel_start` when there is no document or another one than expected.
 */
export async function readStart<Schema extends z.ZodType>(schema: Schema): Promise<Start<z.output<Schema>>> {
  const socket = new Socket({ fd: startDescriptor, readable: true, writable: false });
  const gone = new AbortController();
  const lines = createInterface({ input: socket });
  lines.once('close', () => gone.abort());
  socket.once('error', () => gone.abort());
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  const parsed = schema.safeParse(parseJson(line));
  if (parsed.success) return { document: parsed.data, managerGone: gone.signal };
  throw new ClawholdError('channel_start', 'This process was not started by the Clawhold manager.', {
    hint: 'Start everything with: clawhold up',
    cause: parsed.error,
  });
}

/**
 * Tells the manager, by one line on stdout, that this process is ready or why it will not be. One that is ready goes on
 * to say that it is alive.
 */
export function announce(readiness: Readiness): void {
  process.stdout.write(`${JSON.stringify(readiness)}\n`);
  if (readiness.kind === 'failed') return;
  process.stdout.on('error', () => undefined); // the manager is gone, which descriptor 3 says too
  setInterval(() => process.stdout.write(`${pulse.line}\n`), pulse.milliseconds).unref();
}

/** {@link announce} for an error: its sentence when it is one of ours, else that something broke. */
export function announceFailure(error: unknown): void {
  if (error instanceof ClawholdError) {
    const { code, message, hint } = error;
    announce({ kind: 'failed', code, message, ...(hint === undefined ? {} : { hint }) });
    return;
  }
  console.error(error);
  announce({ kind: 'failed', code: 'gateway_internal', message: 'Something went wrong inside Clawhold; see its log.' });
}

function parseJson(line: unknown): unknown {
  try {
    return JSON.parse(String(line));
  } catch {
    return undefined;
  }
}
