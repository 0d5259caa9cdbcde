import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiProblem, Unreachable } from './problem.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Where to begin; every event with an id moves it on. */
  readonly after?: number;
  /**
   * Whether to try again after so many failed attempts in a row, half a second apart. When not, the generator ends with
   * the failure. Default: always.
   */
  readonly tryAgain?: (failures: number) => boolean;
}

interface Silence {
  /** A connection on which nothing came for so long counts as broken, in milliseconds. */
  readonly silence: number;
}

type Send = (path: string, init: RequestInit) => Promise<Response>;

const pauseMilliseconds = 500;

/**
 * Follows server-sent events over connections that may break.
 *
 * `fetch` instead of EventSource, because EventSource cannot send the header of a session.
 *
 * @throws ApiProblem when the gateway refuses; the last failure, mostly {@link Unreachable}, when `tryAgain` says no.
 */
export async function* followEvents(
  send: Send,
  path: string,
  options: FollowOptions & Silence,
): AsyncGenerator<ServerEvent> {
  const { signal, silence } = options;
  let after = options.after ?? 0;
  let failures = 0;
  while (!signal.aborted) {
    let failure: Error = new Unreachable('Clawhold ends every connection.');
    try {
      const { body } = await send(`${path}?after=${after}`, { headers: { accept: 'text/event-stream' }, signal });
      const events = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      const reader = events?.getReader();
      const next = () => (reader === undefined ? undefined : within(silence, reader));
      for (let part = await next(); part !== undefined && !part.done; part = await next()) {
        failures = 0;
        const { event = 'message', data, id } = part.value;
        if (event === 'heartbeat') continue;
        yield { event, data };
        if (id !== undefined) after = Number(id);
      }
    } catch (error) {
      if (signal.aborted) return;
      // A refusal stays one; a connection that broke is opened again where it was.
      if (error instanceof ApiProblem && error.status < 500) throw error;
      failure =
        error instanceof ApiProblem || error instanceof Unreachable
          ? error
          : new Unreachable('The connection to Clawhold broke.', { cause: error });
    }
    failures += 1;
    if (options.tryAgain?.(failures) === false) throw failure;
    await pause(pauseMilliseconds, signal);
  }
}

/** The next part, or a failure when none comes in so many milliseconds. */
async function within<Part>(
  milliseconds: number,
  reader: ReadableStreamDefaultReader<Part>,
): Promise<ReadableStreamReadResult<Part>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreachable('Clawhold fell silent.')), milliseconds);
  });
  try {
    return await Promise.race([reader.read(), silent]);
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
