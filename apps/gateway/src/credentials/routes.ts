import {
  credentialDefinitionSchema,
  credentialNameSchema,
  credentialSchema,
  secretLength,
  standingTokenSchema,
  withdrawnCredentialSchema,
} from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { CredentialService } from './credential-service.ts';

const credential = named(credentialSchema, 'Credential');
const parameter = z.object({ name: credentialNameSchema });
/** In a body, never in an address: addresses stand in logs. */
const secret = z.string().max(secretLength.maximum);

const listCredentials = createRoute({
  method: 'get',
  path: '/credentials',
  operationId: 'listCredentials',
  summary: 'The credentials that agents use without holding them. Their secrets are never told.',
  responses: {
    200: json(
      z
        .object({ credentials: z.array(credential), standing: z.array(named(standingTokenSchema, 'StandingToken')) })
        .openapi('Credentials'),
      'The credentials, and tokens that nothing here uses any more while their providers accept them.',
    ),
    ...refusedAs('supervisor_not_answering'),
  },
});

const addCredential = createRoute({
  method: 'post',
  path: '/credentials',
  operationId: 'addCredential',
  summary: 'Stores a credential, with the requests that it is for.',
  request: {
    body: body(credentialDefinitionSchema.extend({ name: credentialNameSchema, secret }).openapi('NewCredential'), {
      name: 'code-host',
      secret: 'the token itself',
      source: { kind: 'secret' },
      binding: { hosts: ['api.code.example'], places: ['header:authorization'] },
    }),
  },
  responses: {
    200: json(credential, 'What was stored, without its secret.'),
    ...refusedAs('input_credential', 'state_credential_exists', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

const rotateCredential = createRoute({
  method: 'post',
  path: '/credentials/{name}/secret',
  operationId: 'rotateCredential',
  summary: 'Gives a credential another secret. Runs that go on use it from their next request on.',
  request: {
    params: parameter,
    body: body(z.object({ secret }).openapi('NewSecret'), { secret: 'the new token itself' }),
  },
  responses: {
    200: json(credential, 'The credential, without its secret.'),
    ...refusedAs('input_credential', 'state_no_such_credential', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

const removeCredential = createRoute({
  method: 'post',
  path: '/credentials/{name}/remove',
  operationId: 'removeCredential',
  summary:
    'Removes a credential. What stands for it in runs stands for nothing from then on, and its tokens are handed back where that can be done.',
  request: { params: parameter },
  responses: {
    200: json(named(withdrawnCredentialSchema, 'WithdrawnCredential'), 'Removed; what became of its tokens.'),
    ...refusedAs('state_no_such_credential', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

export function credentialRoutes(service: CredentialService): ApiApp {
  const app = newApp();
  app.openapi(listCredentials, async (context) => {
    const { credentials, standing } = await service.list();
    return context.json({ credentials: [...credentials], standing: [...standing] }, 200);
  });
  app.openapi(addCredential, async (context) =>
    context.json(await service.add(context.req.valid('json'), context.get('person').name), 200),
  );
  app.openapi(rotateCredential, async (context) => {
    const { name } = context.req.valid('param');
    return context.json(await service.rotate(name, context.req.valid('json').secret, context.get('person').name), 200);
  });
  app.openapi(removeCredential, async (context) =>
    context.json(await service.remove(context.req.valid('param').name, context.get('person').name), 200),
  );
  return app;
}
