import { harnessNames } from '@clawhold/harness';
import { type ApiApp, newApp } from '../http/app.ts';
import { createRoute, json, refusedAs, z } from '../http/openapi.ts';
import type { AgentDescription, AgentService } from './agent-service.ts';

const agent = z
  .object({
    name: z.string(),
    description: z.string().nullable(),
    /** `provider/model` that its runs use when none is named. */
    model: z.string().nullable(),
    /** What the built-in loop offers its model; a third-party agent brings tools of its own. */
    tools: z.array(z.string()),
    /** The kind of third-party agent that it is; null for the built-in loop. */
    harness: z.enum(harnessNames).nullable(),
    /** `agents/<name>.yaml` of the configuration; null for the manifest that ships. */
    file: z.string().nullable(),
    /** Why no run can have it; null when runs can. */
    problem: z.string().nullable(),
  })
  .openapi('Agent');

const listAgents = createRoute({
  method: 'get',
  path: '/agents',
  operationId: 'listAgents',
  summary: 'The agents there are, by name, and why one cannot be used.',
  responses: { 200: json(z.object({ agents: z.array(agent) }), 'The agents.'), ...refusedAs() },
});

export function agentRoutes(agents: AgentService): ApiApp {
  const app = newApp();
  app.openapi(listAgents, async (context) => {
    return context.json({ agents: (await agents.list()).map(toResource) }, 200);
  });
  return app;
}

function toResource({ name, manifest, file, problem }: AgentDescription): z.infer<typeof agent> {
  return {
    name,
    description: manifest?.description ?? null,
    model: manifest?.model ?? null,
    tools: manifest?.harness === undefined ? [...(manifest?.tools ?? [])] : [],
    harness: manifest?.harness ?? null,
    file,
    problem,
  };
}
