import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, refusedAs, z } from '../http/openapi.ts';
import { deskDocuments } from './desk-documents.ts';
import { deskRoutes } from './desk-routes.ts';
import type { LongDesk } from './long-desk.ts';
import { longDeskRoutes } from './long-desk-routes.ts';
import type { PolicyDesk } from './policy-desk.ts';
import type { PolicyService } from './policy-service.ts';

const finding = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  kind: z.string(),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  message: z.string(),
  nearestKey: z.string().optional(),
  fix: z.string().optional(),
});

const check = createRoute({
  method: 'post',
  path: '/policies/check',
  operationId: 'checkPolicy',
  summary: 'Validates a policy document and warns about rules that do nothing or too much.',
  request: {
    body: body(z.strictObject({ name: z.string().max(4_096), source: z.string().max(1_048_576) }), {
      name: 'default.yaml',
      source: 'version: 1\nname: default\n',
    }),
  },
  responses: {
    200: json(z.object({ findings: z.array(finding) }).openapi('PolicyFindings'), 'What was found.'),
    ...refusedAs('input_too_large', 'policy_too_complex', 'state_desk_busy'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/policies',
  operationId: 'listPolicies',
  summary: 'The documents in force, with the digest of each compiled snapshot.',
  responses: {
    200: json(
      z
        .object({
          ceiling: z.string(),
          agents: z.record(z.string(), z.string()),
          digests: z.record(z.string(), z.string()),
        })
        .openapi('Policies'),
      'The policies.',
    ),
    ...refusedAs(),
  },
});

const reload = createRoute({
  method: 'post',
  path: '/policies/reload',
  operationId: 'reloadPolicies',
  summary: 'Reads the operator’s folder again. A document that does not validate changes nothing.',
  responses: {
    200: json(z.object({ digests: z.record(z.string(), z.string()) }), 'In force.'),
    ...refusedAs('policy_invalid', 'policy_unreadable', 'state_needs_new_sandbox', 'supervisor_not_answering'),
  },
});

export function policyRoutes(policies: PolicyService, desk: PolicyDesk, longDesk: LongDesk): ApiApp {
  const app = newApp();
  app.openapi(check, async (context) => {
    const { name, source } = context.req.valid('json');
    const findings = await desk.ask('check', { name, source, library: policies.library() });
    return context.json({ findings: findings.map((found) => ({ ...found })) }, 200);
  });
  app.openapi(list, (context) => {
    const { ceiling, agents } = policies.sources();
    return context.json({ ceiling, agents: { ...agents }, digests: { ...policies.digests() } }, 200);
  });
  app.openapi(reload, async (context) => context.json({ digests: { ...(await policies.reload()) } }, 200));
  const documents = deskDocuments(policies);
  app.route('/', deskRoutes(documents, desk));
  app.route('/', longDeskRoutes(documents, longDesk));
  return app;
}
