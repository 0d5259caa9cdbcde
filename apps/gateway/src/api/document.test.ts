import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { apiDocument } from './document.ts';
import { ApiHouse } from './testing/api-house.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const read = async (): Promise<Document> =>
  JSON.parse(await readFile(join(repositoryRoot, 'packages/client/openapi.json'), 'utf8'));

/** Every route of the document, its parameters filled in. */
async function routes(): Promise<readonly { readonly method: string; readonly path: string }[]> {
  return Object.entries((await read()).paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({
      method: method.toUpperCase(),
      path: path.replace('{run}', 'run_0123456789').replace('{approval}', 'apr_0123456789'),
    })),
  );
}

test(verifies('gateway.documented-api', 'the client’s openapi.json is the document of the code'), async () => {
  expect(await read()).toEqual(JSON.parse(JSON.stringify(apiDocument())));
});

test(
  verifies('gateway.no-route-without-sign-in', 'every documented route but the exchange of a code gives 401'),
  async () => {
    const house = await ApiHouse.open();
    const all = await routes();
    expect(all.length).toBeGreaterThan(20);
    const attempts = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${house.token}` },
      { authorization: house.token },
      { 'x-clawhold-session': 'x', 'sec-fetch-site': 'same-origin', origin: house.origin },
      { cookie: 'clawhold_session=x', 'sec-fetch-site': 'same-origin', origin: house.origin },
      {
        cookie: 'clawhold_session=x',
        'x-clawhold-session': 'x',
        'sec-fetch-site': 'same-origin',
        origin: house.origin,
      },
    ];
    for (const { method, path } of all.filter((route) => route.path !== '/sign-in'))
      for (const headers of attempts) {
        const { status, json } = await house.send(method, `/api/v1${path}`, { headers });
        expect(status, `${method} ${path} with ${JSON.stringify(headers)}`).toBe(401);
        expect(json).toMatchObject({ code: 'auth_required', status: 401 });
      }
    for (const path of ['/openapi.json', '/nothing', '/runs/', '/RUNS', '//runs', '/sign-in/', '/sign-in/x'])
      expect((await house.send('GET', `/api/v1${path}`)).status, path).toSatisfy(
        (status) => status === 401 || status === 404,
      );
    expect(house.asked).toEqual([]);
  },
);

test(
  verifies('gateway.documented-api', 'the document that the gateway serves is the same, its version apart'),
  async () => {
    const house = await ApiHouse.open();
    const { json, status } = await house.operator('GET', '/openapi.json');
    expect(status).toBe(200);
    expect((json as Document).paths).toEqual((await read()).paths); // a mismatch is what the test is for
  },
);

test(verifies('gateway.documented-api', 'it is valid OpenAPI 3.1, its examples included'), async () => {
  const rules = {
    struct: 'error',
    'no-unresolved-refs': 'error',
    'no-invalid-schema-examples': 'error',
    'no-invalid-media-type-examples': 'error',
    'operation-operationId-unique': 'error',
    'operation-summary': 'error',
    'path-parameters-defined': 'error',
    'no-identical-paths': 'error',
    'security-defined': 'error',
  } as const;
  const lint = async (document: object): Promise<readonly string[]> =>
    (await lintFromString({ source: JSON.stringify(document), config: await createConfig({ rules }) })).map(
      ({ message }) => message,
    );
  const document = JSON.parse(JSON.stringify(apiDocument()));
  expect(document).toMatchObject({ openapi: '3.1.0' });
  expect(await lint(document)).toEqual([]);
  // It is a real look: a wrong example does not pass.
  document.paths['/runs'].post.requestBody.content['application/json'].example = { task: 1 };
  expect(await lint(document)).not.toEqual([]);
});

test(verifies('gateway.documented-api', 'every operation says how it is refused, by code, with an example'), () => {
  const { paths } = JSON.parse(JSON.stringify(apiDocument())) as {
    paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, object> }> }>>;
  };
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(operations))
      for (const [status, { content = {} }] of Object.entries(responses).filter(([one]) => Number(one) >= 400))
        expect(content, `${method} ${path} ${status}`).toMatchObject({
          'application/problem+json': { examples: expect.any(Object) },
        });
});
