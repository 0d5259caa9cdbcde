import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { action, connection, granted, inference, open, policy, request, toolCall } from '../testing/samples.ts';

test(verifies('policy.deny-by-default', 'what no rule allows is denied, in words'), () => {
  const decision = policy('').decide(connection('docs-backup.example.net'));
  expect(decision).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'no_rule', text: 'No rule allows docs-backup.example.net:443.' }],
  });
  const reads = policy(open('api.example.com', ', access: read-only'));
  expect(reads.decide(request('GET', 'api.example.com', '/a')).kind).toBe('allow');
  expect(reads.decide(request('POST', 'api.example.com', '/a')).reasons[0]?.text).toBe(
    'No rule allows POST api.example.com:443/a.',
  );
  expect(reads.decide({ ...request('GET', 'api.example.com', '/a'), port: 8443 }).kind).toBe('deny');
});

test(verifies('policy.hard-blocks', 'no document opens an address or name that is blocked'), () => {
  for (const host of [
    '10.0.0.1',
    '127.0.0.1',
    '169.254.169.254',
    'localhost',
    'metadata.google.internal',
    'policy.local',
    '::1',
  ]) {
    const { decide: ask } = policy(open(`"${host}"`), open(`"${host}"`));
    expect(ask(connection(host)), host).toMatchObject({ kind: 'deny', reasons: [{ code: 'hard_block' }] });
    expect(ask({ ...connection(host), action }, granted).kind).toBe('deny');
  }
});

test('a connection to an endpoint with rules must be inspected, also for a deny rule elsewhere', () => {
  const inspect = { kind: 'inspect', tls: 'terminate', protocol: 'rest' };
  expect(
    policy(open('api.example.com', ', access: full')).decide(connection('api.example.com')).obligations,
  ).toContainEqual(inspect);
  const wide = policy(`network_policies:
  a: { endpoints: [{ host: api.example.com, port: 443 }] }
  b: { endpoints: [{ host: "*.example.com", port: 443, access: full, deny_rules: [{ method: "*", path: "/admin/**" }] }] }`);
  expect(wide.decide(connection('api.example.com')).obligations).toContainEqual(inspect);
  expect(wide.decide(request('GET', 'api.example.com', '/admin/x'))).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'explicit_deny' }],
  });
  expect(wide.decide(request('GET', 'api.example.com', '/x')).kind).toBe('allow');
  const opaque = policy(open('api.example.com')).decide(connection('api.example.com')).obligations;
  expect(opaque.map(({ kind }) => kind)).toEqual(['label_response', 'record']);
});

test('the most specific endpoint decides: a wildcard beside it opens nothing', () => {
  const { decide: ask } = policy(`network_policies:
  a: { endpoints: [{ host: api.example.com, port: 443, rules: [{ allow: { method: GET, path: /ok } }] }] }
  b: { endpoints: [{ host: "**.example.com", port: 443 }] }`);
  expect(ask(request('GET', 'api.example.com', '/ok')).kind).toBe('allow');
  expect(ask(request('POST', 'api.example.com', '/ok')).kind).toBe('deny');
  expect(ask(request('POST', 'other.example.com', '/ok')).kind).toBe('allow');
});

test('asking wins over allowing, in a document and between layers', () => {
  const rules = ', rules: [{ allow: { method: "*", path: "/**" } }, { ask: { method: POST, path: /postings } }]';
  expect(policy(open('a.example.com', rules)).decide(request('POST', 'a.example.com', '/postings'))).toMatchObject({
    kind: 'ask',
    rules: [{ layer: 'agent', path: 'network_policies.api.endpoints[0].rules[1]' }],
  });
  const softened = policy(
    open('a.example.com', ', access: full'),
    '',
    open('a.example.com', ', rules: [{ ask: { method: "*", path: "/**" } }]'),
  );
  expect(softened.decide(request('GET', 'a.example.com', '/')).kind).toBe('ask');
});

test(verifies('policy.ceiling-bounds', 'nothing exceeds the ceiling, and what it asks is asked'), () => {
  const agent = open('a.example.com', ', access: full');
  expect(policy(agent, open('b.example.com')).decide(request('GET', 'a.example.com', '/'))).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'beyond_ceiling' }],
  });
  expect(
    policy(agent, open('a.example.com', ', access: read-only')).decide(request('POST', 'a.example.com', '/')).kind,
  ).toBe('deny');
  expect(
    policy(agent, open('a.example.com', ', rules: [{ ask: { method: "*", path: "/**" } }]')).decide(
      request('GET', 'a.example.com', '/'),
    ).kind,
  ).toBe('ask');
  expect(policy('', open('a.example.com')).decide(connection('a.example.com'))).toMatchObject({
    reasons: [{ code: 'no_rule' }],
  });
  expect(
    policy('tools: [{ match: "*" }]', 'tools: [{ match: "file.*" }]').decide({ ...toolCall, tool: 'shell.exec' }),
  ).toMatchObject({ reasons: [{ code: 'beyond_ceiling' }] });
  expect(policy('', 'tools: [{ match: "email.*", decision: deny }]').decide(toolCall).kind).toBe('allow');
  expect(policy('inference: { models: ["*"] }', 'inference: { models: ["local/*"] }').decide(inference)).toMatchObject({
    reasons: [{ code: 'beyond_ceiling' }],
  });
});

test(verifies('policy.head-is-get', 'a rule about GET is one about HEAD, and forbidding GET forbids HEAD'), () => {
  const { decide } = policy(
    open(
      'a.example.com',
      ', rules: [{ allow: { method: GET, path: "/**" } }], deny_rules: [{ method: GET, path: "/private/**" }]',
    ),
  );
  expect(decide(request('HEAD', 'a.example.com', '/a')).kind).toBe('allow');
  expect(decide(request('HEAD', 'a.example.com', '/private/a')).reasons[0]?.code).toBe('explicit_deny');
  const headOnly = policy(open('a.example.com', ', rules: [{ allow: { method: HEAD, path: "/**" } }]'));
  expect(headOnly.decide(request('GET', 'a.example.com', '/a')).kind).toBe('deny');
});
