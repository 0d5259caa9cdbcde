import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import { type FollowOptions, followEvents, type ServerEvent } from './events.ts';
import type { paths } from './generated/schema.ts';
import { toApiProblem, Unreachable } from './problem.ts';

export interface ApiClientOptions {
  /** Where the gateway is, for example `http://127.0.0.1:7777`; empty in the console, which it serves. */
  readonly origin: string;
  /** Sent with every request: the operator's token, or the secret of a console session. Asked anew for each. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** The gateway's API, typed from its OpenAPI document. */
export interface ApiClient extends Pick<Client<paths>, 'GET' | 'POST'> {
  /** Server-sent events of a path below `/api/v1`, reconnecting from the last id until `signal` aborts. */
  follow(path: string, options: FollowOptions): AsyncGenerator<ServerEvent>;
  /** A body as bytes, for exports. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
}

const root = '/api/v1';

/**
 * Opens the API. A refused request rejects with {@link ApiProblem}, a gateway that is not there with
 * {@link Unreachable}: whoever calls reads `data` without looking for `error`.
 */
export function createApiClient({ origin, headers }: ApiClientOptions): ApiClient {
  const client = createFetchClient<paths>({ baseUrl: `${origin}${root}` });
  const checked: Middleware = {
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
      return request;
    },
    onResponse: async ({ response }) => {
      if (!response.ok) throw toApiProblem(await response.json().catch(() => undefined), response.status);
      return undefined;
    },
    onError: ({ error }) => new Unreachable('Clawhold does not answer.', { cause: error }),
  };
  client.use(checked);

  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(`${origin}${root}${path}`, {
      ...init,
      headers: { ...headers(), ...Object.fromEntries(new Headers(init.headers)) },
    }).catch((cause: unknown) => {
      throw new Unreachable('Clawhold does not answer.', { cause });
    });
    if (!response.ok) throw toApiProblem(await response.json().catch(() => undefined), response.status);
    return response;
  };

  return {
    GET: client.GET,
    POST: client.POST,
    follow: (path, options) => followEvents(request, path, options),
    async download(path) {
      const { body } = await request(path, {});
      return body ?? new ReadableStream();
    },
  };
}
