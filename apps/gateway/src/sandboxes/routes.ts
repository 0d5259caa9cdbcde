import { attestedSandboxSchema, id, liveSandboxSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { SandboxService } from './sandbox-service.ts';

const list = createRoute({
  method: 'get',
  path: '/sandboxes',
  operationId: 'listSandboxes',
  summary: 'The sandboxes that run now, with what they use.',
  responses: {
    200: json(z.object({ sandboxes: z.array(named(liveSandboxSchema, 'LiveSandbox')) }).openapi('Sandboxes'), 'Them.'),
    ...refusedAs('supervisor_not_answering'),
  },
});

const inspect = createRoute({
  method: 'get',
  path: '/runs/{run}/sandbox',
  operationId: 'inspectSandbox',
  summary: 'What the launcher measured of a sandbox of a run when it started, signed by the supervisor.',
  request: {
    params: z.object({ run: id('run') }),
    query: z.object({
      sandbox: id('sandbox').optional().openapi({ description: 'Which. Default: the last one of its tools.' }),
    }),
  },
  responses: {
    200: json(named(attestedSandboxSchema, 'AttestedSandbox'), 'As the ledger has it.'),
    ...refusedAs('state_no_such_sandbox'),
  },
});

export function sandboxRoutes(service: SandboxService): ApiApp {
  const app = newApp();
  app.openapi(list, async (context) => context.json({ sandboxes: [...(await service.list())] }, 200));
  app.openapi(inspect, async (context) => {
    const { run } = context.req.valid('param');
    return context.json(await service.inspect(run, context.req.valid('query').sandbox), 200);
  });
  return app;
}
