import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  makeProductPlace,
  type Product,
  type ProductPlace,
  repositoryRoot,
  startProduct,
  verifies,
} from '@clawhold/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

vi.setConfig({ hookTimeout: 120_000 });

let place: ProductPlace;
let product: Product;

beforeAll(async () => {
  place = await makeProductPlace();
  product = await startProduct(place);
});
afterAll(async () => {
  await product?.stop();
  await place?.[Symbol.asyncDispose]();
});

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const document = JSON.parse(readFileSync(join(repositoryRoot, 'packages/client/openapi.json'), 'utf8')) as OpenApi; // ours
const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'x') })),
);

/** Signing in is how one comes to prove who one is: it answers 4xx by itself. */
const signIn = '/sign-in';

/** `fetch` lets nobody choose a Host or an Origin. */
function statusOf(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${product.url}/api/v1${path}`, { method, headers, agent: false });
    outgoing.once('error', reject).once('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    outgoing.end();
  });
}

test(verifies('product.every-route-asks', 'every route of the API refuses a stranger'), async () => {
  expect(routes.length).toBeGreaterThan(25);
  for (const { method, path } of routes) {
    if (path === signIn) continue;
    expect(await statusOf(method, path, {}), `${method} ${path}`).toBe(401);
    const wrong = { authorization: `Bearer ${'A'.repeat(product.token.length)}` };
    expect(await statusOf(method, path, wrong), `${method} ${path} with a wrong token`).toBe(401);
  }
});

test(verifies('product.every-route-asks', 'a token in the address or in a cookie is none'), async () => {
  expect(await statusOf('GET', '/runs', { authorization: `Bearer ${product.token}` })).toBe(200);
  expect(await statusOf('GET', `/runs?token=${product.token}`, {})).toBe(401);
  expect(await statusOf('GET', '/runs', { cookie: `clawhold_session=${product.token}` })).toBe(401);
});

test(verifies('product.every-route-asks', 'another Host is answered before anything else, token or not'), async () => {
  const { port } = new URL(product.url);
  const authorization = `Bearer ${product.token}`;
  for (const { method, path } of routes)
    for (const host of ['attacker.example', `attacker.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`])
      expect(await statusOf(method, path, { host, authorization }), `${method} ${path} at ${host}`).toBe(421);
});

test(
  verifies('product.every-route-asks', 'a page of another origin is refused, with the session of the console'),
  async () => {
    const post = (path: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<Response> =>
      fetch(`${product.url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const codes = await post('/sign-in/codes', { authorization: `Bearer ${product.token}` });
    const { code } = (await codes.json()) as { readonly code: string }; // by its schema
    const signedIn = await post('/sign-in', { origin: product.url }, { code });
    const { secret } = (await signedIn.json()) as { readonly secret: string }; // likewise
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const session = { cookie, 'x-clawhold-session': secret };
    expect(await statusOf('GET', '/runs', { ...session, 'sec-fetch-site': 'same-origin' })).toBe(200);

    for (const origin of ['https://attacker.example', 'null', product.url.replace('http:', 'https:')])
      for (const { method, path } of routes.filter((route) => route.path !== signIn))
        expect(await statusOf(method, path, { ...session, origin }), `${method} ${path} from ${origin}`).toBe(403);
    // No browser sends the token: a request with both is refused like one without it.
    const stolen = { authorization: `Bearer ${product.token}`, origin: 'https://attacker.example' };
    expect(await statusOf('POST', '/stop', stolen)).toBe(401);
  },
);
