import { ledgerEvent, personNameSchema } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, empty, json, refusedAs, z } from '../http/openapi.ts';
import { newSecret } from '../identity/secret.ts';
import type { PersonStore } from './person-store.ts';

const listPeople = createRoute({
  method: 'get',
  path: '/people',
  operationId: 'listPeople',
  summary: 'Who may answer questions besides the operator.',
  responses: {
    200: json(
      z
        .object({ people: z.array(z.object({ name: z.string(), added: z.iso.datetime() }).openapi('NamedPerson')) })
        .openapi('People'),
      'The people.',
    ),
    ...refusedAs(),
  },
});

const addPerson = createRoute({
  method: 'post',
  path: '/people',
  operationId: 'addPerson',
  summary: 'Gives somebody a token of their own, with which they may answer questions and do nothing else.',
  request: { body: body(z.object({ name: personNameSchema }).openapi('NewPerson'), { name: 'ada' }) },
  responses: {
    200: json(
      z.object({ name: z.string(), token: z.string() }).openapi('PersonToken'),
      'The token. It is told this once; only its digest is kept.',
    ),
    ...refusedAs('state_person_exists', 'input_too_large'),
  },
});

const removePerson = createRoute({
  method: 'post',
  path: '/people/{name}/remove',
  operationId: 'removePerson',
  summary: 'Takes somebody’s token and sessions, and what they agreed to in questions that are still open.',
  request: { params: z.object({ name: personNameSchema }) },
  responses: { 200: json(empty, 'Removed.'), ...refusedAs('state_no_such_person') },
});

export interface PeopleParts {
  readonly store: PersonStore;
  readonly ledger: Recorder;
}

export function peopleRoutes({ store, ledger }: PeopleParts): ApiApp {
  const app = newApp();
  app.openapi(listPeople, async (context) => context.json({ people: [...(await store.list())] }, 200));
  app.openapi(addPerson, async (context) => {
    const { name } = context.req.valid('json');
    const by = context.get('person').name;
    const token = newSecret();
    await store.add(name, token, () =>
      ledger.append([ledgerEvent('person.added', { name, by }, { actor: `person:${by}` })]),
    );
    return context.json({ name, token }, 200);
  });
  app.openapi(removePerson, async (context) => {
    const { name } = context.req.valid('param');
    const by = context.get('person').name;
    await store.remove(name, () =>
      ledger.append([ledgerEvent('person.removed', { name, by }, { actor: `person:${by}` })]),
    );
    return context.json({}, 200);
  });
  return app;
}
