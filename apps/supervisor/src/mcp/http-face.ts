import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { limits } from '@clawhold/spec';
import { type McpAnswer, type McpMessage, readMcpMessage } from './mcp-message.ts';

/** What is asked of the server itself; everything else has no answer here. */
const forwarded: ReadonlySet<string> = new Set([
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
]);

/** The server behind the face. */
export interface McpBackend {
  /** What it says of itself when a session begins; starts it. */
  begin(): Promise<McpAnswer>;
  ask(method: string, params: unknown, signal: AbortSignal): Promise<McpAnswer>;
}

const path = '/mcp';
/** Shorter than any silence after which a connection is given up. */
const keepAlive = 15_000;
/** JSON-RPC 2.0, section 5.1: there is no such method. */
const methodNotFound: McpAnswer = { error: { code: -32_601, message: 'The platform passes no such request on.' } };

/**
 * Speaks MCP's streamable HTTP (2025-11-25, transports) to the agent, without sessions: one request, one stream of events that
 * ends with its answer. Nothing comes from the server that was not asked for. Only the proxy has a way here, and it has decided.
 */
export function httpFace(backend: McpBackend): Server {
  return createServer((request, response) => {
    serve(backend, request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
}

async function serve(backend: McpBackend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== path) return refuse(response, 404);
  if (request.method !== 'POST') return refuse(response.setHeader('allow', 'POST'), 405);
  const text = await textOf(request);
  if (text === undefined) return refuse(response, 413);
  const message = readMcpMessage(text);
  if (message.kind === 'none') return refuse(response, 400);
  if (message.kind !== 'request') return void response.writeHead(202).end();
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
  const alive = setInterval(() => response.write(': wait\n\n'), keepAlive);
  try {
    const answer = await answerTo(backend, message, gone.signal);
    response.end(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, ...answer })}\n\n`);
  } finally {
    clearInterval(alive);
  }
}

async function answerTo(
  backend: McpBackend,
  { method, params }: Extract<McpMessage, { kind: 'request' }>,
  signal: AbortSignal,
): Promise<McpAnswer> {
  if (method === 'initialize') return backend.begin();
  if (method === 'ping') return { result: {} };
  return forwarded.has(method) ? backend.ask(method, params, signal) : methodNotFound;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

/** Undefined when it is longer than a message may be. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > limits.mcpMessageBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
