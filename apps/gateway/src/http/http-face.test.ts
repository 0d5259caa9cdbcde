import { request } from 'node:http';
import { verifies } from '@clawhold/testkit';
import { expect, test, vi } from 'vitest';
import { ApiHouse, type HttpAnswer } from '../api/testing/api-house.ts';
import { maxBodyBytes } from './limit-body.ts';
import { securityHeaders } from './security-headers.ts';

const problem = (status: number, code: string): unknown =>
  expect.objectContaining({ type: 'about:blank', status, code });

/** Fails when an answer shows a stack, a path, a statement or a module of ours. */
function expectNothingInside({ text }: HttpAnswer): void {
  expect(text).not.toMatch(/\n\s+at |node_modules|\/src\/|\.ts\b|select |insert |ZodError|postgres/i);
}

test(verifies('gateway.errors-say-nothing-inside', 'whatever is wrong is one problem with one sentence'), async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  const cases: readonly [method: string, path: string, body: unknown, status: number, code: string][] = [
    ['POST', '/runs', '{"task": ', 400, 'input_malformed'],
    ['POST', '/runs', '', 400, 'input_malformed'],
    ['POST', '/runs', [], 400, 'input_malformed'],
    ['POST', '/runs', { task: 1, folder: '/x' }, 400, 'input_malformed'],
    ['POST', '/runs', { task: ' ', folder: '/x' }, 400, 'input_empty_task'],
    ['POST', '/runs', { task: 'x'.repeat(100_001), folder: '/x' }, 400, 'input_malformed'],
    ['POST', '/runs', { task: 'x', folder: 'x' }, 400, 'input_folder_not_absolute'],
    ['POST', '/runs', { task: 'x', folder: '/x\0y' }, 400, 'input_folder_not_absolute'],
    ['POST', '/runs', { task: 'x', folder: '/x', agent: 'nobody' }, 400, 'input_unknown_agent'],
    ['POST', '/runs', { task: 'x', folder: '/x', model: 'nothing' }, 400, 'input_unknown_model'],
    ['POST', '/runs', { task: 'x', folder: '/x', session: 'ses_0123456789' }, 404, 'state_no_such_session'],
    ['GET', '/runs/run_0123456789', undefined, 404, 'state_no_such_run'],
    ['GET', '/runs/run_0123456789/events', undefined, 404, 'state_no_such_run'],
    ['GET', '/runs/not-an-id', undefined, 400, 'input_malformed'],
    ['GET', '/runs?limit=0', undefined, 400, 'input_malformed'],
    ['GET', '/runs?limit=1e999', undefined, 400, 'input_malformed'],
    ['GET', `/runs/${run}/timeline?after=-1`, undefined, 400, 'input_malformed'],
    ['GET', '/audit/entries?run=%00', undefined, 400, 'input_malformed'],
    ['GET', '/audit/entries?after=99999999999999999999', undefined, 400, 'input_malformed'],
    ['GET', '/approvals/apr_0123456789', undefined, 404, 'state_no_such_approval'],
    ['POST', '/approvals/apr_0123456789/approve', { digest: 'ab'.repeat(32) }, 404, 'state_no_such_approval'],
    ['POST', '/approvals/apr_0123456789/approve', { digest: "' or 1=1" }, 400, 'input_malformed'],
    ['POST', `/runs/${run}/keep`, { digest: 'ab'.repeat(32) }, 409, 'state_run_going_on'],
    ['GET', '/nothing', undefined, 404, 'input_no_such_route'],
    ['DELETE', `/runs/${run}`, undefined, 404, 'input_no_such_route'],
    ['POST', '/%2e%2e/%2e%2e/etc/passwd', undefined, 404, 'input_no_such_route'],
  ];
  for (const [method, path, body, status, code] of cases) {
    const answer = await house.operator(method, path, body);
    expect(answer.json, `${method} ${path} ${answer.text}`).toEqual(problem(status, code));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expectNothingInside(answer);
  }
});

test(
  verifies('gateway.errors-say-nothing-inside', 'a broken part and a lost database say nothing of themselves'),
  async () => {
    const house = await ApiHouse.open();
    const run = await house.newRun();
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    house.supervisor = {
      listModels: () => {
        throw new Error('INSIDE of the supervisor at /src/secret.ts');
      },
    };
    const broken = await house.operator('GET', '/models');
    expect(broken.status).toBeGreaterThanOrEqual(500);
    expect(broken.text).not.toContain('INSIDE');
    await house.sql('alter table timeline_entry rename to elsewhere');
    const lost = await house.operator('GET', `/runs/${run}/timeline`);
    expect(lost.json).toEqual(problem(500, 'gateway_internal'));
    expectNothingInside(lost);
    expect(logged).toHaveBeenCalled();
    logged.mockRestore();
  },
);

test(
  verifies('gateway.strict-headers', 'every answer has them, whatever it is, and nothing of the API is stored'),
  async () => {
    const house = await ApiHouse.open();
    const paths = [
      '/',
      '/runs/x',
      '/assets/main-1.js',
      '/missing.js',
      '/api',
      '/api/v1',
      '/api/v2/x',
      '/api/v1/runs',
      '/api/v1/sign-in',
    ];
    for (const path of paths)
      for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT'])
        for (const authorization of ['Bearer wrong', `Bearer ${house.token}`]) {
          const { headers, status } = await house.send(method, path, { headers: { authorization } });
          expect(headers, `${method} ${path} (${status})`).toMatchObject(securityHeaders);
          if (path.startsWith('/api/')) expect(headers['cache-control'], `${method} ${path}`).toBe('no-store');
          expect(headers['access-control-allow-origin']).toBeUndefined();
        }
    expect(securityHeaders['content-security-policy']).not.toMatch(/unsafe|\*|data:|https?:/);
  },
);

test(
  verifies('gateway.bounded-requests', 'a body beyond the limit is refused, with and without its length'),
  async () => {
    const house = await ApiHouse.open();
    const headers = { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' };
    const said = await house
      .send('POST', '/api/v1/runs', { headers: { ...headers, 'content-length': maxBodyBytes + 1 } })
      .catch(() => undefined);
    // Nothing was sent of it, so the answer cannot have waited for it.
    expect(said?.json).toEqual(problem(413, 'input_too_large'));

    for (const path of ['/runs', '/sign-in']) {
      const status = await new Promise<number | undefined>((resolve) => {
        const sent = request({
          port: house.port,
          host: '127.0.0.1',
          method: 'POST',
          path: `/api/v1${path}`,
          agent: false,
          headers: {
            ...headers,
            ...(path === '/sign-in' ? { origin: house.origin } : {}),
            'transfer-encoding': 'chunked',
          },
        });
        sent.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', () => resolve(undefined));
        sent.write('{"task":"');
        for (let written = 0; written <= maxBodyBytes; written += 64 * 1024) sent.write('x'.repeat(64 * 1024));
        sent.end('"}');
      });
      expect(status, path).toBe(413);
    }
    const large = { name: 'large', source: `# ${'"'.repeat(1_048_000)}` };
    expect((await house.operator('POST', '/policies/check', large)).status).toBe(200);
    expect((await house.operator('POST', '/policies/check', { ...large, source: 'x'.repeat(1_048_577) })).status).toBe(
      400,
    );
  },
);

test('the console’s page stands for its own paths and for nothing of the API', async () => {
  const house = await ApiHouse.open();
  for (const path of ['/', '/runs/run_0123456789', '/sign-in'])
    expect((await house.send('GET', path)).headers['content-type']).toBe('text/html; charset=utf-8');
  expect((await house.send('GET', '/assets/main-1.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
  for (const path of [
    '/assets/..%2f..%2fown/ledger-signing-key.pem',
    '/assets/missing.js',
    '/api/v2/runs',
    '/index.html%00.js',
  ])
    expect((await house.send('GET', path)).json, path).toEqual(problem(404, 'input_no_such_route'));
});
