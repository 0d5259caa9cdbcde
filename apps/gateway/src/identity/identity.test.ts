import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';
import { everyRow } from '../worker/testing/database-rows.ts';
import { secretDigest } from './secret.ts';

interface Session {
  readonly cookie: string;
  readonly secret: string;
}

async function newCode(house: ApiHouse): Promise<string> {
  const { json } = await house.operator('POST', '/sign-in/codes');
  return (json as { code: string }).code; // the answer of our own route
}

const exchange = (house: ApiHouse, code: string, origin: string | undefined = house.origin): Promise<HttpAnswer> =>
  house.send('POST', '/api/v1/sign-in', { body: { code }, headers: origin === undefined ? {} : { origin } });

async function signIn(house: ApiHouse): Promise<Session> {
  const { headers, json } = await exchange(house, await newCode(house));
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return { cookie: cookie.split(';')[0] ?? '', secret: (json as { secret: string }).secret };
}

/** What a page of the console sends. */
const from = (house: ApiHouse, { cookie, secret }: Session): Record<string, string> => ({
  cookie,
  'x-clawhold-session': secret,
  'sec-fetch-site': 'same-origin',
  origin: house.origin,
});

const isKnown = async (house: ApiHouse, headers: Record<string, string>): Promise<boolean> =>
  (await house.send('GET', '/api/v1/session', { headers })).status === 200;

test(
  verifies('gateway.sign-in-code', 'of many who use a code at the same time one gets in, and nobody later'),
  async () => {
    const house = await ApiHouse.open();
    const code = await newCode(house);
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(house, code)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401, 401, 401]);
    expect((await exchange(house, code)).json).toMatchObject({ code: 'auth_code_invalid', status: 401 });
    for (const wrong of ['', 'x', code.slice(1)])
      expect((await exchange(house, wrong)).json).toMatchObject({ code: 'auth_code_invalid' });
    expect((await house.recorded()).filter(({ type }) => type === 'person.signed_in')).toEqual([
      { type: 'person.signed_in', actor: 'person:operator', body: { method: 'code' } },
    ]);
  },
);

test(verifies('gateway.sign-in-code', 'two minutes after it was made it is worth nothing'), async () => {
  const house = await ApiHouse.open();
  const [early, late] = [await newCode(house), await newCode(house)];
  const shift = (seconds: number): Promise<unknown> =>
    house.sql('update sign_in_code set expires = expires - make_interval(secs => $1)', [seconds]);
  await shift(100);
  expect((await exchange(house, early)).status).toBe(200);
  await shift(20);
  expect((await exchange(house, late)).status).toBe(401);
});

test(verifies('gateway.sign-in-code', 'a page of another origin, or of none, cannot use it'), async () => {
  const house = await ApiHouse.open();
  const code = await newCode(house);
  for (const origin of [
    'http://attacker.example',
    'null',
    `http://127.0.0.1:${house.port + 1}`,
    `https://${house.host}`,
  ])
    expect((await exchange(house, code, origin)).json, origin).toMatchObject({
      code: 'auth_wrong_origin',
      status: 403,
    });
  const bare = await house.send('POST', '/api/v1/sign-in', { body: { code } });
  expect(bare.json).toMatchObject({ code: 'auth_wrong_origin' });
  expect((await exchange(house, code)).status).toBe(200);
});

test(verifies('gateway.console-session', 'nothing that signs anybody in is in the database as it is'), async () => {
  const house = await ApiHouse.open();
  const code = await newCode(house);
  const { cookie, secret } = await signIn(house);
  const value = cookie.split('=')[1] ?? '';
  const rows = await everyRow(house.databaseUrl);
  expect(rows).toContain(secretDigest(secret));
  for (const known of [code, value, secret, house.token]) {
    expect(known.length).toBeGreaterThan(20);
    for (const encoding of ['utf8', 'hex', 'base64'] as const)
      expect(rows).not.toContain(Buffer.from(known).toString(encoding).replace(/=+$/, ''));
    expect(rows).not.toContain(Buffer.from(known, 'base64url').toString('hex'));
  }
});

test(verifies('gateway.console-session', 'its cookie is for our pages only and not for their scripts'), async () => {
  const house = await ApiHouse.open();
  const { headers, text } = await exchange(house, await newCode(house));
  const [cookie = ''] = headers['set-cookie'] ?? [];
  const [value = '', ...attributes] = cookie.split('; ');
  expect(attributes.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
  expect(value).toMatch(/^clawhold_session=[\w-]{43}$/);
  expect(text).not.toContain(value.split('=')[1]);
});

test(verifies('gateway.console-session', 'needs the cookie and the secret that belong together'), async () => {
  const house = await ApiHouse.open();
  const [one, two] = [await signIn(house), await signIn(house)];
  expect(await isKnown(house, from(house, one))).toBe(true);
  expect(await isKnown(house, from(house, { cookie: one.cookie, secret: two.secret }))).toBe(false);
  expect(await isKnown(house, { ...from(house, one), cookie: '' })).toBe(false);
  const { 'x-clawhold-session': _, ...bare } = from(house, one);
  expect(await isKnown(house, bare)).toBe(false);
});

test(verifies('gateway.console-session', 'ends when nobody used it, and a wrong secret is no use'), async () => {
  const house = await ApiHouse.open();
  const session = await signIn(house);
  const rest = (hours: number): Promise<unknown> =>
    house.sql('update console_session set last_used = last_used - make_interval(hours => $1)', [hours]);
  await rest(11);
  expect(await isKnown(house, from(house, session))).toBe(true);
  await rest(11);
  expect(await isKnown(house, from(house, { ...session, secret: 'wrong' }))).toBe(false);
  await rest(2);
  expect(await isKnown(house, from(house, session))).toBe(false);
});

test(verifies('gateway.console-session', 'ends when it is signed out, and only that one'), async () => {
  const house = await ApiHouse.open();
  const [one, two] = [await signIn(house), await signIn(house)];
  const out = await house.send('POST', '/api/v1/sign-out', { headers: from(house, one) });
  expect(out.status).toBe(200);
  expect(out.headers['set-cookie']?.[0]).toMatch(/^clawhold_session=; Max-Age=0/);
  expect(await isKnown(house, from(house, one))).toBe(false);
  expect(await isKnown(house, from(house, two))).toBe(true);
});

test(
  verifies('gateway.token-not-from-pages', 'the token counts in its header only, and never beside an origin'),
  async () => {
    const house = await ApiHouse.open();
    const bearer = { authorization: `Bearer ${house.token}` };
    expect(await isKnown(house, bearer)).toBe(true);
    for (const origin of [house.origin, 'http://attacker.example', 'null'])
      expect(await isKnown(house, { ...bearer, origin })).toBe(false);
    for (const name of ['token', 'access_token', 'authorization', 'key'])
      expect((await house.send('GET', `/api/v1/session?${name}=${house.token}`)).status).toBe(401);
    for (const wrong of [
      '',
      'x',
      house.token.slice(1),
      `${house.token}x`,
      house.token.toUpperCase(),
      ` ${house.token} x`,
    ])
      expect(await isKnown(house, { authorization: `Bearer ${wrong}` }), wrong).toBe(false);
    expect(await isKnown(house, { cookie: `clawhold_session=${house.token}` })).toBe(false);
  },
);

test(verifies('gateway.own-origin-only', 'a session reads and writes only from our own pages'), async () => {
  const house = await ApiHouse.open();
  const { cookie, secret } = await signIn(house);
  const session = { cookie, 'x-clawhold-session': secret };
  const ask = async (method: string, headers: Record<string, string>): Promise<number> =>
    (
      await house.send(method, method === 'GET' ? '/api/v1/runs' : '/api/v1/stop', {
        headers: { ...session, ...headers },
      })
    ).status;
  for (const site of ['same-origin', 'none']) expect(await ask('GET', { 'sec-fetch-site': site })).toBe(200);
  for (const site of ['cross-site', 'same-site', '', 'Same-Origin'])
    expect(await ask('GET', { 'sec-fetch-site': site })).toBe(403);
  expect(await ask('GET', {})).toBe(403);
  expect(await ask('GET', { 'sec-fetch-site': 'same-origin', origin: 'http://attacker.example' })).toBe(403);
  expect(await ask('POST', { origin: house.origin })).toBe(200);
  expect(await ask('POST', { origin: house.origin.replace('127.0.0.1', 'localhost') })).toBe(200);
  for (const origin of [
    'http://attacker.example',
    'null',
    `${house.origin}/`,
    `${house.origin}.attacker.example`,
    `https://${house.host}`,
  ])
    expect(await ask('POST', { origin, 'sec-fetch-site': 'same-origin' }), origin).toBe(403);
  expect(await ask('POST', { 'sec-fetch-site': 'same-origin' })).toBe(403);
});
