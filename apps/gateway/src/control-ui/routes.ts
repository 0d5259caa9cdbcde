import { agentNameSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { createRoute, empty, json, refusedAs, z } from '../http/openapi.ts';
import type { ControlUiService } from './control-ui-service.ts';

const parameter = z.object({ agent: agentNameSchema });

const open = createRoute({
  method: 'post',
  path: '/agents/{agent}/control-ui',
  operationId: 'openControlUi',
  summary: 'A link to the page that an agent brings, in its open conversation. Signs one browser in there, once, soon.',
  request: { params: parameter },
  responses: {
    200: json(z.object({ link: z.string(), seconds: z.number() }).openapi('ControlUiLink'), 'The link.'),
    ...refusedAs('state_no_conversation', 'state_no_control_ui'),
  },
});

const close = createRoute({
  method: 'post',
  path: '/agents/{agent}/control-ui/close',
  operationId: 'closeControlUi',
  summary: 'Ends every session at the page of an agent.',
  request: { params: parameter },
  responses: { 200: json(empty, 'Nobody is signed in there.'), ...refusedAs() },
});

export function controlUiRoutes(service: ControlUiService, port: () => number): ApiApp {
  const app = newApp();
  app.openapi(open, async (context) => {
    const { agent } = context.req.valid('param');
    return context.json(await service.link(agent, context.get('person').name, port()), 200);
  });
  app.openapi(close, (context) => {
    service.close(context.req.valid('param').agent);
    return context.json({}, 200);
  });
  return app;
}
