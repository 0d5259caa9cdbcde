import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import { type FollowOptions, followEvents, type ServerEvent } from './events.ts';
import type { paths } from './generated/schema.ts';
import { toApiProblem, Unreachable } from './problem.ts';
import { whileAlive } from './while-alive.ts';

export interface ApiClientOptions {
  /** Where the gateway is, for example `http://127.0.0.1:7777`; empty in the console, which it serves. */
  readonly origin: string;
  /** Sent with every request: the operator's token, or the secret of a console session. Asked anew for each. */
  readonly headers: () => Readonly<Record<string, string>>;
  /**
   * How long a request may go unanswered before the gateway is asked whether it lives, how long it has to say so, and how
   * long a stream may be silent beyond its heartbeat; in milliseconds. Default: 10 seconds.
   */
  readonly patience?: number;
}

/** The gateway's API, typed from its OpenAPI document. */
export interface ApiClient extends Pick<Client<paths>, 'GET' | 'POST'> {
  /** Server-sent events of a path below `/api/v1`, reconnecting from the last id until `signal` aborts. */
  follow(path: string, options: FollowOptions): AsyncGenerator<ServerEvent>;
  /** A body as bytes, for exports. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
}

const root = '/api/v1';
/** The gateway sends something on every stream at least this often (apps/gateway/src/runs/routes.ts), in milliseconds. */
const heartbeatMilliseconds = 15_000;
const defaultPatience = 10_000;

/**
 * Opens the API. A refused request rejects with {@link ApiProblem}, a gateway that is not there with
 * {@link Unreachable}: whoever calls reads `data` without looking for `error`.
 */
export function createApiClient({ origin, headers, patience = defaultPatience }: ApiClientOptions): ApiClient {
  // Any answer will do, and this one asks nobody else.
  const isAlive = (): Promise<boolean> =>
    fetch(`${origin}/`, { method: 'HEAD', signal: AbortSignal.timeout(patience) }).then(
      () => true,
      () => false,
    );
  const client = createFetchClient<paths>({
    baseUrl: `${origin}${root}`,
    fetch: (wanted) =>
      whileAlive((signal) => fetch(wanted, { signal: AbortSignal.any([wanted.signal, signal]) }), isAlive, patience),
  });
  const checked: Middleware = {
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
      return request;
    },
    onResponse: async ({ response }) => {
      if (!response.ok) throw toApiProblem(await response.json().catch(() => undefined), response.status);
      return undefined;
    },
    onError: ({ error }) => asUnreachable(error),
  };
  client.use(checked);

  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const all = { ...headers(), ...Object.fromEntries(new Headers(init.headers)) };
    const send = (signal: AbortSignal): Promise<Response> =>
      fetch(`${origin}${root}${path}`, {
        ...init,
        headers: all,
        signal: init.signal == null ? signal : AbortSignal.any([init.signal, signal]),
      });
    const response = await whileAlive(send, isAlive, patience).catch((cause: unknown) => {
      throw asUnreachable(cause);
    });
    if (!response.ok) throw toApiProblem(await response.json().catch(() => undefined), response.status);
    return response;
  };

  return {
    GET: client.GET,
    POST: client.POST,
    follow: (path, options) => followEvents(request, path, { ...options, silence: heartbeatMilliseconds + patience }),
    async download(path) {
      const { body } = await request(path, {});
      return body ?? new ReadableStream();
    },
  };
}

function asUnreachable(error: unknown): Unreachable {
  return error instanceof Unreachable ? error : new Unreachable('Clawhold does not answer.', { cause: error });
}
