import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface ListedTool {
  readonly name: string;
  readonly description: string;
}

export interface McpServer {
  readonly port: number;
  /** Names of the tools that were called. */
  readonly calls: readonly string[];
}

/**
 * A server of MCP in the smallest form that the transport allows: one event for each request. Before it says what a tool
 * did, it asks the program what it was given to ask.
 *
 * @param tools may change under the hands of its clients.
 */
export async function startMcpServer(tools: readonly ListedTool[], asks?: object): Promise<McpServer> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const { id, method, params } = JSON.parse(await text(request));
    if (method === 'tools/call') calls.push(params.name);
    const result = method === 'tools/list' ? { tools } : { content: [{ type: 'text', text: 'Done.' }] };
    const messages = [...(asks === undefined ? [] : [asks]), { id, result }];
    const events = messages.map(
      (message) => `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`,
    );
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // A TCP server that listens has an AddressInfo.
  return { port: (server.address() as AddressInfo).port, calls };
}

/** A program for a sandbox: `node ask.cjs METHOD [TOOL]` asks `http://tools.local/mcp` and prints what came. */
export const mcpProgram = `
const [, , method, name] = process.argv;
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: name === undefined ? {} : { name } });
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
fetch('http://tools.local/mcp', { method: 'POST', headers, body }).then(async (a) => console.log(a.status, await a.text()));
`;
