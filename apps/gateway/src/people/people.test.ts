import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';
import { everyRow } from '../worker/testing/database-rows.ts';

const as = (house: ApiHouse, token: string, method: string, path: string, body?: unknown): Promise<HttpAnswer> =>
  house.send(method, `/api/v1${path}`, { headers: { authorization: `Bearer ${token}` }, body });

async function add(house: ApiHouse, name: string): Promise<string> {
  const { json, status } = await house.operator('POST', '/people', { name });
  expect(status, JSON.stringify(json)).toBe(200);
  return (json as { token: string }).token; // the answer of our own route
}

/** Signs a browser in with somebody's token; what its page sends then. */
async function browser(house: ApiHouse, token: string): Promise<Record<string, string>> {
  const { code } = (await as(house, token, 'POST', '/sign-in/codes')).json as { code: string }; // our own route
  const signedIn = await house.send('POST', '/api/v1/sign-in', { body: { code }, headers: { origin: house.origin } });
  const { secret } = signedIn.json as { secret: string }; // our own route
  const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
  return {
    cookie: cookie.split(';')[0] ?? '',
    'x-clawhold-session': secret,
    'sec-fetch-site': 'same-origin',
    origin: house.origin,
  };
}

test(
  verifies('gateway.people', 'a person has a name in the ledger and nothing in the database that signs in'),
  async () => {
    const house = await ApiHouse.open();
    const token = await add(house, 'ada');
    expect((await as(house, token, 'GET', '/session')).json).toEqual({
      name: 'ada',
      method: 'token',
      role: 'approver',
    });
    expect((await house.operator('GET', '/session')).json).toMatchObject({ name: 'operator', role: 'operator' });
    expect((await house.operator('GET', '/people')).json).toMatchObject({ people: [{ name: 'ada' }] });
    const page = await browser(house, token);
    const { json } = await house.send('GET', '/api/v1/session', { headers: page });
    expect(json).toEqual({ name: 'ada', method: 'code', role: 'approver' });
    await house.operator('POST', '/people/ada/remove');
    expect((await house.recorded()).filter(({ type }) => type.startsWith('person.'))).toEqual([
      { type: 'person.added', actor: 'person:operator', body: { name: 'ada', by: 'operator' } },
      { type: 'person.signed_in', actor: 'person:ada', body: { method: 'code' } },
      { type: 'person.removed', actor: 'person:operator', body: { name: 'ada', by: 'operator' } },
    ]);
    const rows = await everyRow(house.databaseUrl);
    for (const encoding of ['utf8', 'hex', 'base64'] as const)
      expect(rows).not.toContain(Buffer.from(token).toString(encoding).replace(/=+$/, ''));
  },
);

test(verifies('gateway.people', 'an approver gets 403 from every route that is not about questions'), async () => {
  const house = await ApiHouse.open();
  const token = await add(house, 'ada');
  const { paths } = JSON.parse(await readFile(join(repositoryRoot, 'packages/client/openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const open = new Set(['/approvals', '/session', '/sign-in', '/sign-in/codes', '/sign-out']);
  const closed = Object.entries(paths)
    .filter(([path]) => !open.has(path) && !path.startsWith('/approvals/'))
    .flatMap(([path, operations]) => Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })));
  expect(closed.length).toBeGreaterThan(20);
  for (const { method, path } of [...closed, { method: 'GET', path: '/openapi.json' }]) {
    const real = path.replace('{run}', 'run_0123456789').replaceAll(/\{\w+\}/g, 'ada');
    const { status, json } = await as(house, token, method, real);
    expect(status, `${method} ${path}`).toBe(403);
    expect(json).toMatchObject({ code: 'auth_operator_only' });
  }
  expect(house.asked).toEqual([]);
  expect((await as(house, token, 'GET', '/approvals')).json).toEqual({ approvals: [] });
});

test(verifies('gateway.people', 'whoever is removed is nobody at once: token, session and code'), async () => {
  const house = await ApiHouse.open();
  const token = await add(house, 'ada');
  const page = await browser(house, token);
  const { code } = (await as(house, token, 'POST', '/sign-in/codes')).json as { code: string }; // our own route
  expect((await house.operator('POST', '/people/ada/remove')).status).toBe(200);
  expect((await as(house, token, 'GET', '/session')).status).toBe(401);
  expect((await house.send('GET', '/api/v1/session', { headers: page })).status).toBe(401);
  const late = await house.send('POST', '/api/v1/sign-in', { body: { code }, headers: { origin: house.origin } });
  expect(late.json).toMatchObject({ code: 'auth_code_invalid' });
  expect((await house.operator('POST', '/people/ada/remove')).json).toMatchObject({ code: 'state_no_such_person' });
  expect((await house.operator('GET', '/people')).json).toEqual({ people: [] });
  const again = await add(house, 'ada');
  expect(again).not.toBe(token);
  expect((await as(house, token, 'GET', '/session')).status).toBe(401);
  expect((await as(house, again, 'GET', '/session')).status).toBe(200);
  expect((await house.send('GET', '/api/v1/session', { headers: page })).status).toBe(401);
});

test(
  verifies('gateway.people', 'nobody takes a name that another has, in another spelling, or the operator’s'),
  async () => {
    const house = await ApiHouse.open();
    await add(house, 'ada');
    expect((await house.operator('POST', '/people', { name: 'ada' })).json).toMatchObject({
      code: 'state_person_exists',
    });
    for (const name of ['Ada', 'ada ', ' ada', 'ADA', 'аda', 'ada\u200b', 'operator', '', 'a..b', '-a', 'a'.repeat(65)])
      expect((await house.operator('POST', '/people', { name })).json, name).toMatchObject({ code: 'input_malformed' });
    expect((await house.sql('select name from person')).map(({ name }) => name)).toEqual(['ada']);
  },
);
