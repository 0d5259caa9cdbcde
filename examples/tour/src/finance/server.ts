import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FinanceAnswer, perform } from './operations.ts';
import { type FinanceState, FinanceStore } from './store.ts';

export interface FinanceApiOptions {
  /** Listen on this Unix socket; one that is left from before is replaced. */
  readonly socketPath?: string;
  /** Listen on this port of 127.0.0.1; 0 takes a free one. Without a socket path. */
  readonly port?: number;
  /** Where the state is kept. Default: only in memory. */
  readonly stateFile?: string;
}

/** A small finance system: accounts, payments, and postings that can be withdrawn. */
export interface FinanceApi extends AsyncDisposable {
  /** The port, or null on a socket. */
  readonly port: number | null;
  readonly state: FinanceState;
  close(): Promise<void>;
}

/** A request body larger than this is refused with 413. */
const largestBody = 64 * 1024;

/** Starts the finance system of the tour. */
export async function startFinanceApi({
  socketPath,
  port = 0,
  stateFile,
}: FinanceApiOptions = {}): Promise<FinanceApi> {
  const store = await FinanceStore.open(stateFile);
  const answered = new Map<string, Promise<FinanceAnswer>>();
  const server = createServer((request, response) => {
    handle(store, answered, request).then(
      (answer) => write(response, answer),
      () => write(response, { status: 500, body: { title: 'The finance system failed.', status: 500 } }),
    );
  });
  if (socketPath !== undefined) await rm(socketPath, { force: true });
  await listen(server, socketPath ?? port);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    // On TCP the address is an object.
    port: socketPath === undefined ? (server.address() as AddressInfo).port : null,
    get state() {
      return store.state;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listen(server: Server, where: string | number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Another account may be the one that connects; the folder decides who gets as far as the socket.
    if (typeof where === 'string') server.listen({ path: where, readableAll: true, writableAll: true }, resolve);
    else server.listen(where, '127.0.0.1', resolve);
  });
}

/** A request that carries an idempotency key is carried out once; asked again, the answer is the same. */
async function handle(
  store: FinanceStore,
  answered: Map<string, Promise<FinanceAnswer>>,
  request: IncomingMessage,
): Promise<FinanceAnswer> {
  const body = await readBody(request);
  if (typeof body === 'number')
    return { status: body, body: { title: 'The body is not a small JSON object.', status: body } };
  const { method = 'GET', url = '/' } = request;
  const work = (): Promise<FinanceAnswer> => perform(store, { method, path: url, body });
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || method === 'GET') return work();
  const known = answered.get(`${method} ${url} ${key}`) ?? work();
  answered.set(`${method} ${url} ${key}`, known);
  return known;
}

/** The body as an object, or the status that says why not. */
async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | number> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer); // no encoding is set, so chunks are buffers
    size += chunks.at(-1)?.length ?? 0;
    if (size > largestBody) return 413;
  }
  if (size === 0) return {};
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : 400;
  } catch {
    return 400;
  }
}

function write(response: ServerResponse, { status, body }: FinanceAnswer): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`);
}
