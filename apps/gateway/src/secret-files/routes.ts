import { secretFileNameSchema, secretFileSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { SecretFileService } from './secret-file-service.ts';

const secretFile = named(secretFileSchema, 'SecretFile');

const list = createRoute({
  method: 'get',
  path: '/policies/secret-files',
  operationId: 'listSecretFiles',
  summary: 'The files that runs wrote with secret data in them and a person kept: secret for later runs too.',
  responses: {
    200: json(z.object({ files: z.array(secretFile) }).openapi('SecretFiles'), 'The files.'),
    ...refusedAs('supervisor_not_answering'),
  },
});

const lower = createRoute({
  method: 'post',
  path: '/policies/secret-files/lower',
  operationId: 'lowerSecretFile',
  summary: 'Says that such a file is not secret any more. What a policy calls secret stays secret.',
  request: {
    body: body(named(secretFileNameSchema, 'SecretFileName'), { folder: '/home/ann/reports', path: 'summary.md' }),
  },
  responses: {
    200: json(secretFile, 'What it was.'),
    ...refusedAs('state_no_such_label', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

export function secretFileRoutes(service: SecretFileService): ApiApp {
  const app = newApp();
  app.openapi(list, async (context) => context.json({ files: [...(await service.list())] }, 200));
  app.openapi(lower, async (context) =>
    context.json(await service.lower(context.req.valid('json'), context.get('person').name), 200),
  );
  return app;
}
