import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { text } from 'node:stream/consumers';
import { ClawholdError } from '@clawhold/spec';

/** Where an API server is, and how it is spoken to. */
export interface ClusterAddress {
  readonly server: URL;
  /** Authorities that vouch for it, as PEM. Default: those of the runtime. */
  readonly authorities?: string;
  /** Asked for each request: the tokens of service accounts are renewed in their file. */
  token(): string;
}

/** An event of a watch: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** The few calls of the Kubernetes API that are needed, over HTTP. */
export class ClusterApi {
  readonly #address: ClusterAddress;

  constructor(address: ClusterAddress) {
    this.#address = address;
  }

  /** @throws ClawholdError `sandbox_engine_failed` with the server's own message, unless it answers 2xx. */
  async call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#send(method, path, body);
    const content = await text(answer).catch((cause: unknown) => Promise.reject(failure('broke off', cause)));
    if (!isGood(answer)) throw failure(`answered ${answer.statusCode}: ${messageOf(content)}`);
    return parse(content);
  }

  /** What happens to the objects of a path from now on, until the server ends the watch or `signal` does. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const answer = await this.#send('GET', path, undefined, signal);
    if (!isGood(answer)) throw failure(`answered ${answer.statusCode}: ${messageOf(await text(answer))}`);
    let rest = '';
    try {
      for await (const piece of answer.setEncoding('utf8')) {
        const lines = `${rest}${String(piece)}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield readEvent(line);
      }
    } catch (cause) {
      if (!signal.aborted) throw cause instanceof ClawholdError ? cause : failure('broke off', cause);
    }
  }

  #send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<IncomingMessage> {
    const { server, authorities, token } = this.#address;
    const request = server.protocol === 'https:' ? requestSecure : requestPlain;
    return new Promise((resolve, reject) => {
      const refuse = (cause: unknown): void => reject(failure('cannot be reached', cause));
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const sent = request(
        new URL(path, server),
        {
          method,
          headers,
          ...(authorities === undefined ? {} : { ca: authorities }),
          ...(signal === undefined ? {} : { signal }),
        },
        resolve,
      );
      sent.on('error', refuse);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function readEvent(line: string): WatchEvent {
  const event = parse(line);
  if (!isObject(event) || typeof event['type'] !== 'string') throw failure('sent an event that is none');
  return { type: event['type'], object: event['object'] };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGood({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw failure('sent what is not JSON', cause);
  }
}

/** A refusal is a `Status` with a message; anything in front of the server may say something else. */
function messageOf(content: string): string {
  try {
    const status: unknown = JSON.parse(content);
    if (isObject(status) && typeof status['message'] === 'string') return status['message'];
  } catch {
    // Not the API server's own words.
  }
  return content.slice(0, 200);
}

function failure(what: string, cause?: unknown): ClawholdError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new ClawholdError('sandbox_engine_failed', `The Kubernetes API server ${what}${reason}.`, {
    cause,
    hint: 'Compare the cluster with deploy/kubernetes, and look at `kubectl --namespace clawhold get sandboxclaims`.',
  });
}
