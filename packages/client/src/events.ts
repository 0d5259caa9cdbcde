import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiProblem } from './problem.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Where to begin; every event with an id moves it on. */
  readonly after?: number;
}

type Send = (path: string, init: RequestInit) => Promise<Response>;

const pauseMilliseconds = 500;

/** `fetch` instead of EventSource, because EventSource cannot send the header of a session. */
export async function* followEvents(send: Send, path: string, options: FollowOptions): AsyncGenerator<ServerEvent> {
  const { signal } = options;
  let after = options.after ?? 0;
  while (!signal.aborted) {
    try {
      const { body } = await send(`${path}?after=${after}`, { headers: { accept: 'text/event-stream' }, signal });
      const events = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      const reader = events?.getReader();
      for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
        const { event = 'message', data, id } = part.value;
        if (event === 'heartbeat') continue;
        yield { event, data };
        if (id !== undefined) after = Number(id);
      }
    } catch (error) {
      if (signal.aborted) return;
      // A refusal stays one; a connection that broke is opened again where it was.
      if (error instanceof ApiProblem && error.status < 500) throw error;
    }
    await pause(pauseMilliseconds, signal);
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
