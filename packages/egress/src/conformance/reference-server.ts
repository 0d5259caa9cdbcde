import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { type EventStore, Server } from '@modelcontextprotocol/server';
import { png, referenceTools } from './reference-tools.ts';

/** A server of MCP with everything that the official conformance suite asks for, made of the official library. */
export function referenceServer(): RequestListener {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();

  async function open(): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: eventStore(),
      retryInterval: 50,
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    });
    await createServer().connect(transport);
    return transport;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = request.headers['mcp-session-id'];
    const transport = typeof session === 'string' ? sessions.get(session) : await open();
    if (transport === undefined) response.writeHead(404).end();
    else await transport.handleRequest(request, response);
  }

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };
}

function createServer(): Server {
  const capabilities = { tools: {}, resources: { subscribe: true }, prompts: {}, logging: {}, completions: {} };
  const server = new Server({ name: 'conformance', version: '1.0.0' }, { capabilities });

  server.setRequestHandler('tools/list', async () => ({
    tools: [...referenceTools].map(([name, { inputSchema }]) => ({
      name,
      description: `Does what the suite wants of ${name}`,
      inputSchema: { type: 'object' as const, ...inputSchema },
    })),
  }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = referenceTools.get(params.name);
    if (tool === undefined) throw new Error(`There is no tool ${params.name}.`);
    return tool.work(params.arguments ?? {}, context);
  });

  const resource = (uri: string, mimeType: string) => ({ uri, name: uri, mimeType });
  const known = [resource('test://static-text', 'text/plain'), resource('test://static-binary', 'image/png')];
  server.setRequestHandler('resources/list', async () => ({ resources: known }));
  server.setRequestHandler('resources/templates/list', async () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template' }],
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    if (uri === 'test://static-binary') return { contents: [{ uri, mimeType: 'image/png', blob: png }] };
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    const words = id === undefined ? 'A static text.' : JSON.stringify({ id });
    return { contents: [{ uri, mimeType: id === undefined ? 'text/plain' : 'application/json', text: words }] };
  });
  server.setRequestHandler('resources/subscribe', async () => ({}));
  server.setRequestHandler('resources/unsubscribe', async () => ({}));

  const argument = (name: string) => ({ name, required: true });
  server.setRequestHandler('prompts/list', async () => ({
    prompts: [
      { name: 'test_simple_prompt', description: 'Says something' },
      {
        name: 'test_prompt_with_arguments',
        description: 'Repeats its arguments',
        arguments: [argument('arg1'), argument('arg2')],
      },
      {
        name: 'test_prompt_with_embedded_resource',
        description: 'Brings a resource',
        arguments: [argument('resourceUri')],
      },
      { name: 'test_prompt_with_image', description: 'Brings an image' },
    ],
  }));
  server.setRequestHandler('prompts/get', async ({ params: { name, arguments: given = {} } }) => {
    const words = { type: 'text' as const, text: `${name} ${Object.values(given).join(' ')}` };
    const embedded = { uri: given['resourceUri'] ?? '', mimeType: 'text/plain', text: 'Embedded.' };
    const special =
      name === 'test_prompt_with_image'
        ? [{ type: 'image' as const, data: png, mimeType: 'image/png' }]
        : name === 'test_prompt_with_embedded_resource'
          ? [{ type: 'resource' as const, resource: embedded }]
          : [];
    return { messages: [...special, words].map((content) => ({ role: 'user' as const, content })) };
  });
  server.setRequestHandler('logging/setLevel', async () => ({}));
  server.setRequestHandler('completion/complete', async () => ({
    completion: { values: [], total: 0, hasMore: false },
  }));
  return server;
}

/** Keeps the events of one session, so that a client that lost its stream gets them on the next one. */
function eventStore(): EventStore {
  const events: { readonly stream: string; readonly message: Parameters<EventStore['storeEvent']>[1] }[] = [];
  return {
    storeEvent: async (stream, message) => String(events.push({ stream, message }) - 1),
    getStreamIdForEventId: async (event) => events[Number(event)]?.stream,
    replayEventsAfter: async (last, { send }) => {
      const stream = events[Number(last)]?.stream ?? '';
      // An event without a message only opens a stream.
      for (const [index, event] of events.entries())
        if (index > Number(last) && event.stream === stream && 'jsonrpc' in event.message)
          await send(String(index), event.message);
      return stream;
    },
  };
}
