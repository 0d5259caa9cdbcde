import type { Draft } from '@clawhold/policy';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';
import { createPolicyDesk } from './policy-desk.ts';

const open = (host: string, rest: string): string =>
  `version: 1\nnetwork_policies: { a: { endpoints: [{ host: ${host}, port: 443, ${rest} }] } }\n`;
const readOnly = open('api.example.com', 'access: read-only');

test(verifies('gateway.policy-questions', 'what the command line says about documents the API says too'), async () => {
  const house = await ApiHouse.open();
  const ask = async (path: string, body?: unknown): Promise<unknown> =>
    (await house.operator(body === undefined ? 'GET' : 'POST', `/policies/${path}`, body)).json;
  expect(await ask('check', { name: 'a.yaml', source: open('10.0.0.1', 'access: full') })).toMatchObject({
    findings: [{ severity: 'warning', kind: 'dead', file: 'a.yaml', line: 2, fix: expect.any(String) }],
  });
  const tests = `tests:
  - { name: reads, request: { method: GET, url: "https://api.example.com/" }, expect: allow }
  - { name: writes, request: { method: PUT, url: "https://api.example.com/" }, expect: allow }
`;
  expect(await ask('test', { source: readOnly, tests })).toMatchObject({
    passed: false,
    results: [{ passed: true }, { passed: false, actual: 'deny (no_rule)' }],
    uncovered: [],
  });
  expect(await ask('explain', { source: readOnly, url: 'https://api.example.com/a', method: 'put' })).toMatchObject({
    decision: { kind: 'deny' },
    sentence: expect.stringContaining('allow: { method: PUT, path: "/a" }'),
    lookedAt: [{ decides: true }],
  });
  expect(await ask('explain', { agent: 'default', url: 'https://api.example.com/' })).toMatchObject({
    decision: { kind: 'deny' },
  });
  expect(await ask('diff', { before: readOnly, after: open('api.example.com', 'access: read-write') })).toMatchObject({
    changes: [{ direction: 'opens', what: expect.stringContaining('api.example.com') }],
    limits: [],
  });
  expect(await ask('diff', { agent: 'default', after: readOnly })).toMatchObject({
    changes: expect.arrayContaining([expect.objectContaining({ direction: 'opens' })]),
  });
  expect(
    await ask('import', {
      format: 'srt',
      files: [{ name: 's.json', source: '{"network":{"allowedDomains":["a.example.com"]}}' }],
    }),
  ).toMatchObject({
    source: expect.stringContaining('a.example.com'),
    notes: expect.arrayContaining([expect.objectContaining({ kind: 'changed', file: 's.json' })]),
  });
  expect(await ask('presets')).toMatchObject({
    presets: expect.arrayContaining([expect.objectContaining({ name: 'pypi', loads: true })]),
  });
  const reading = 'version: 1\nfilesystem_policy: { read_only: [/srv/reference] }\n';
  const path = '/srv/../srv/reference/a';
  expect(await ask('explain-path', { source: reading, path })).toMatchObject({
    access: 'hidden',
    sentence: expect.stringContaining('/srv/reference'),
    notOffered: [{ layer: 'agent' }],
  });
  expect(await ask('explain-path', { agent: 'default', path: '/task/a' })).toMatchObject({
    access: 'write',
    notOffered: [],
  });
  // A draft extends what a policy in force may extend.
  const extending = 'version: 1\nextends: [preset:pypi]\n';
  expect(await ask('explain', { source: extending, url: 'https://pypi.org/simple/a/' })).toMatchObject({
    decision: { kind: 'allow' },
  });
});

test(verifies('gateway.policy-questions', 'what cannot be asked about is refused with a sentence'), async () => {
  const house = await ApiHouse.open();
  const code = async (path: string, body: unknown): Promise<unknown> => {
    const { json, status } = await house.operator('POST', `/policies/${path}`, body);
    return [status, (json as { code?: string }).code]; // a problem detail
  };
  expect(await code('explain', { source: 'version: 2\n', url: 'https://a.example.com/' })).toEqual([
    422,
    'policy_invalid',
  ]);
  expect(await code('explain', { agent: 'nobody', url: 'https://a.example.com/' })).toEqual([
    400,
    'input_unknown_agent',
  ]);
  expect(await code('explain', { agent: '__proto__', url: 'https://a.example.com/' })).toEqual([
    400,
    'input_unknown_agent',
  ]);
  expect(await code('explain', { agent: 'default', url: 'not a url' })).toEqual([400, 'input_url']);
  expect(await code('explain-path', { agent: 'nobody', path: '/a' })).toEqual([400, 'input_unknown_agent']);
  expect(await code('explain-path', { agent: 'default', path: 'a' })).toEqual([400, 'input_malformed']);
  expect(await code('diff', { agent: 'default', after: '{' })).toEqual([422, 'policy_invalid']);
  expect(await code('test', { source: readOnly, tests: 'tests: []' })).toEqual([422, 'policy_test_invalid']);
  expect(await code('import', { format: 'srt', files: [{ name: 's', source: '[]' }] })).toEqual([
    422,
    'policy_invalid',
  ]);
  expect(await code('import', { format: 'srt', files: [] })).toEqual([400, 'input_malformed']);
  expect(await code('check', { name: 'a', source: 'x'.repeat(1_048_577) })).toEqual([400, 'input_malformed']);
});

test(verifies('gateway.policy-questions', 'what a question says beside what is known is not passed over'), async () => {
  const house = await ApiHouse.open();
  const title = async (path: string, body: unknown): Promise<unknown> => {
    const { json, status } = await house.operator('POST', `/policies/${path}`, body);
    expect([path, status]).toEqual([path, 400]);
    return (json as { title?: string }).title; // a problem detail
  };
  const url = 'https://api.example.com/';
  const whole: Readonly<Record<string, object>> = {
    check: { name: 'a', source: readOnly },
    test: { source: readOnly, tests: 'tests: []' },
    explain: { source: readOnly, url },
    'explain-path': { source: readOnly, path: '/a' },
    diff: { before: readOnly, after: readOnly },
    import: { format: 'srt', files: [{ name: 'a', source: '{}' }] },
    simulate: { source: readOnly },
    prove: { source: readOnly, claims: [{ kind: 'link_local' }] },
  };
  for (const [path, body] of Object.entries(whole))
    expect(await title(path, { ...body, methud: 'POST' })).toContain('"methud"');
  expect(await title('prove', { source: readOnly, claims: [{ kind: 'link_local', host: 'a' }] })).toContain('"host"');
  for (const path of ['explain', 'explain-path', 'diff'])
    expect(await title(path, { ...whole[path], agent: 'default' })).toContain('or `agent`, one of the two');
  expect(await title('explain', { url })).toContain('`source` or `agent`, one of the two');
});

/** Two documents whose patterns meet in very many ways. */
function slow(): Draft {
  const paths = Array.from({ length: 40 }, (_, at) => `{ allow: { method: GET, path: "/**/a${at}/*b*/c*/**" } }`);
  const source = open('api.example.com', `rules: [${paths.join(', ')}]`);
  return { name: 'slow.yaml', source, ceiling: { name: 'ceiling.yaml', source: 'version: 1\n' }, library: {} };
}

test(
  verifies(
    'gateway.policy-questions',
    'a document that is made to be slow is given up, and the process answers meanwhile',
  ),
  async () => {
    const desk = createPolicyDesk({ seconds: 1 });
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    await expect(desk.ask('diff', { before: slow(), after: slow() })).rejects.toMatchObject({
      code: 'policy_too_complex',
      status: 422,
    });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(10);
    // And the next one is answered.
    await expect(createPolicyDesk().ask('check', { name: 'a', source: readOnly, library: {} })).resolves.toEqual([]);
  },
);

test(verifies('gateway.policy-questions', 'no more than a few wait'), async () => {
  const desk = createPolicyDesk({ seconds: 1 });
  const asked = Array.from({ length: 8 }, () =>
    desk.ask('diff', { before: slow(), after: slow() }).catch(() => undefined),
  );
  expect(() => desk.ask('check', { name: 'a', source: readOnly, library: {} })).toThrow('wait already');
  await Promise.all(asked);
});
