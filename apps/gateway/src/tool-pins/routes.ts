import { digestSchema, pinnedToolSchema, toolPinEntrySchema, toolPinSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, empty, json, named, refusedAs, z } from '../http/openapi.ts';
import type { ToolPinService } from './tool-pin-service.ts';

const toolPin = named(toolPinSchema, 'ToolPin');

const list = createRoute({
  method: 'get',
  path: '/policies/pins',
  operationId: 'listToolPins',
  summary: 'The MCP tools whose descriptions are pinned, or wait for an operator because they are not the pinned ones.',
  responses: {
    200: json(z.object({ pins: z.array(named(toolPinEntrySchema, 'ToolPinEntry')) }).openapi('ToolPins'), 'The tools.'),
    ...refusedAs('supervisor_not_answering'),
  },
});

const read = createRoute({
  method: 'get',
  path: '/policies/pins/tool',
  operationId: 'readToolPin',
  summary: 'What a server said of a tool: the pinned description, and the one that waits.',
  request: { query: pinnedToolSchema },
  responses: {
    200: json(toolPin, 'Both descriptions.'),
    ...refusedAs('state_no_such_pin', 'supervisor_not_answering'),
  },
});

const accept = createRoute({
  method: 'post',
  path: '/policies/pins/tool/accept',
  operationId: 'acceptToolPin',
  summary:
    'Pins one of the two descriptions of a tool. Agents see and call the tool again as soon as its server says that one.',
  request: {
    body: body(pinnedToolSchema.extend({ digest: digestSchema }).openapi('AcceptedToolPin'), {
      endpoint: 'https://tools.example.com/mcp',
      tool: 'search',
      digest: '0'.repeat(64),
    }),
  },
  responses: {
    200: json(toolPin, 'What is pinned now.'),
    ...refusedAs('state_no_such_pin', 'state_pin_changed', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

const forget = createRoute({
  method: 'post',
  path: '/policies/pins/tool/forget',
  operationId: 'forgetToolPin',
  summary:
    'Forgets both descriptions of a tool: the next that its server says is the first again, which is pinned unless the list of pins is closed.',
  request: {
    body: body(named(pinnedToolSchema, 'ForgottenToolPin'), {
      endpoint: 'https://tools.example.com/mcp',
      tool: 'search',
    }),
  },
  responses: {
    200: json(empty, 'Forgotten.'),
    ...refusedAs('state_no_such_pin', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

export function toolPinRoutes(service: ToolPinService): ApiApp {
  const app = newApp();
  app.openapi(list, async (context) => context.json({ pins: [...(await service.list())] }, 200));
  app.openapi(read, async (context) => context.json(await service.read(context.req.valid('query')), 200));
  app.openapi(accept, async (context) => {
    const { digest, ...tool } = context.req.valid('json');
    return context.json(await service.accept(tool, digest, context.get('person').name), 200);
  });
  app.openapi(forget, async (context) => {
    await service.forget(context.req.valid('json'), context.get('person').name);
    return context.json({}, 200);
  });
  return app;
}
