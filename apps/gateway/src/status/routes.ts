import { modelSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { SupervisorRegistry } from '../supervisors/registry.ts';

const statusSchema = z
  .object({
    version: z.string(),
    /** How strongly sandboxes are isolated on this machine. */
    tier: z.string(),
    supervisors: z.array(z.object({ name: z.string(), epoch: z.number(), tier: z.string(), alive: z.boolean() })),
    sandboxes: z.number().nullable(),
    policy: z.string().nullable(),
    agents: z.array(z.string()),
  })
  .openapi('Status');

const getStatus = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'getStatus',
  summary: 'What is running.',
  responses: { 200: json(statusSchema, 'The status.'), ...refusedAs() },
});

const listModels = createRoute({
  method: 'get',
  path: '/models',
  operationId: 'listModels',
  summary: 'The models that runs can use, and the one they use when none is named.',
  responses: {
    200: json(
      z.object({ models: z.array(named(modelSchema, 'Model')), default: z.string() }).openapi('Models'),
      'Models.',
    ),
    ...refusedAs('supervisor_not_answering'),
  },
});

export interface StatusParts {
  readonly version: string;
  readonly tier: string;
  readonly agents: () => readonly string[];
  readonly registry: SupervisorRegistry;
  readonly supervisor: SupervisorClient;
}

export function statusRoutes({ version, tier, agents, registry, supervisor }: StatusParts): ApiApp {
  const app = newApp();
  app.openapi(getStatus, async (context) => {
    // A supervisor that is down is part of the status, not an error of asking for it.
    const live = await supervisor.status().catch(() => null);
    const supervisors = [...(await registry.list())];
    return context.json(
      {
        version,
        tier,
        supervisors,
        sandboxes: live?.sandboxes ?? null,
        policy: live?.policy ?? null,
        agents: [...agents()],
      },
      200,
    );
  });
  app.openapi(listModels, async (context) => context.json(await supervisor.listModels(), 200));
  return app;
}
