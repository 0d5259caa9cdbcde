import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ClawholdError } from '@clawhold/spec';
import type { Dial } from './dial.ts';
import type { ProviderAnswer } from './provider.ts';

export interface HttpTarget {
  /** The name in messages. */
  readonly name: string;
  /** Base of every path, for example `https://api.openai.com/v1`. */
  readonly baseUrl: URL;
  readonly dial: Dial;
  /** Certificates to trust instead of the machine's. Default: the machine's. */
  readonly authorities?: readonly string[];
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** A response head larger than this is refused by node:http with HPE_HEADER_OVERFLOW. */
const headBytes = 64 * 1024;

/**
 * Sends one request over a connection of its own. Redirects are never followed: the key would go along.
 *
 * @throws ClawholdError `model_unreachable` when nobody answers, `model_malformed` when what answers is no HTTP server,
 *   compresses although it was asked not to, or redirects.
 */
export async function sendHttp(target: HttpTarget, request: HttpRequest): Promise<ProviderAnswer> {
  const response = await exchange(target, request).catch((error: unknown) => {
    throw unreachable(target, error);
  });
  const status = response.statusCode ?? 0;
  const refuse = (what: string): ClawholdError => {
    response.destroy();
    return new ClawholdError('model_malformed', `${target.name} at ${target.baseUrl.host} ${what}.`, {
      hint: 'Check the base URL of the model server: something else may be answering there.',
    });
  };
  if (status >= 300 && status < 400) throw refuse(`redirects (HTTP ${status}), and redirects are never followed`);
  const encoding = response.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw refuse(`answers compressed as ${encoding}`);
  return { status, headers: plainHeaders(response), body: readBody(target, response) };
}

async function exchange(
  target: HttpTarget,
  { method, path, headers, body, signal }: HttpRequest,
): Promise<IncomingMessage> {
  const { baseUrl } = target;
  const socket = await openConnection(target, signal);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      method,
      path: `${baseUrl.pathname.replace(/\/+$/, '')}${path}`,
      headers: {
        ...headers,
        host: baseUrl.host,
        'accept-encoding': 'identity',
        connection: 'close',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      createConnection: () => socket,
      maxHeaderSize: headBytes,
      signal,
    });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function openConnection({ baseUrl, dial, authorities }: HttpTarget, signal: AbortSignal): Promise<Duplex> {
  const secure = baseUrl.protocol === 'https:';
  const host = baseUrl.hostname;
  const socket = await dial({ host, port: Number(baseUrl.port) || (secure ? 443 : 80) }, signal);
  if (!secure) return socket;
  return connectTls({
    socket,
    // An address has no server name (RFC 6066, section 3).
    ...(/^[\d.]+$|^\[/.test(host) ? {} : { servername: host }),
    ALPNProtocols: ['http/1.1'],
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  });
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

async function* readBody(target: HttpTarget, response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    // Without an encoding, a response yields buffers.
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (cause) {
    throw new ClawholdError('model_unreachable', `The connection to ${target.name} broke off in its answer.`, {
      cause,
    });
  } finally {
    response.destroy();
  }
}

function unreachable(target: HttpTarget, cause: unknown): ClawholdError {
  if (cause instanceof ClawholdError) return cause;
  const code = String(Reflect.get(Object(cause), 'code') ?? '');
  if (code.startsWith('HPE_'))
    return new ClawholdError('model_malformed', `${target.name} at ${target.baseUrl.host} does not answer in HTTP.`, {
      cause,
    });
  return new ClawholdError(
    'model_unreachable',
    `The model server ${target.name} at ${target.baseUrl.host} cannot be reached${code === '' ? '' : ` (${code})`}.`,
    { cause, hint: 'Start it, or choose another model with --model; `clawhold models` lists those that there are.' },
  );
}
