import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../index.ts';
import { globMatches } from '../testing/glob-naively.ts';
import { document, policy, request } from '../testing/samples.ts';
import { findAmbiguities } from './ambiguity.ts';
import { conflictingPairs } from './conflicting-pairs.ts';
import { globsMeet } from './globs-meet.ts';

function ambiguities(...endpoints: readonly string[]): readonly string[] {
  const policies = endpoints.map((endpoint, index) => `p${index}: { endpoints: [{ port: 443, ${endpoint} }] }`);
  const read = document(`network_policies: { ${policies.join(', ')} }`);
  return findAmbiguities(read).map(({ message }) => message);
}

test.each([
  ['host: a.example.com', 'host: a.example.com, access: full', 'read request by request'],
  ['host: "*.example.com"', 'host: "*.example.com", access: full', 'read request by request'],
  ['host: "a*.example.com"', 'host: "*b.example.com", access: full', 'read request by request'],
  ['host: a.example.com, access: full', 'host: a.example.com, protocol: graphql, access: full', '`protocol`'],
  [
    'host: a.example.com, path: "/a/**", access: full',
    'host: a.example.com, path: "/**/a", access: full, protocol: graphql',
    '`protocol`',
  ],
  [
    'host: a.example.com, access: full',
    'host: a.example.com, access: full, allow_encoded_slash: true',
    '`allow_encoded_slash`',
  ],
  [
    'host: a.example.com, access: full, credential_binding: { provider: one }',
    'host: a.example.com, access: read-only, credential_binding: { provider: two }',
    '`credential_binding.provider`',
  ],
  [
    'host: a.example.com, protocol: mcp, tools: [{ name: a, allow: true }], mcp: { max_body_bytes: 10 }',
    'host: a.example.com, protocol: mcp, tools: [{ name: b, allow: true }]',
    'the limit of what is read',
  ],
  ['host: a.example.com, allowed_ips: [8.8.8.8]', 'host: a.example.com', '`allowed_ips`'],
  [
    'host: a.example.com, access: full, response: { label: local }',
    'host: a.example.com, access: read-only, response: { label: external }',
    '`response.label` is external here and local',
  ],
  [
    'host: "*.example.com", access: read-only',
    'host: "*.example.com", access: full, response: { label: local }',
    '`response.label` is local here and external',
  ],
  [
    'host: a.example.com, protocol: graphql, access: read-only, persisted_queries: deny',
    'host: a.example.com, protocol: graphql, access: read-only, persisted_queries: allow_registered',
    '`persisted_queries`',
  ],
  [
    'host: a.example.com, protocol: graphql, access: read-only, persisted_queries: allow_registered, graphql_persisted_queries: { x: { operation_type: query } }',
    'host: a.example.com, protocol: graphql, access: read-only, persisted_queries: allow_registered, graphql_persisted_queries: { x: { operation_type: mutation } }',
    '`graphql_persisted_queries`',
  ],
])(verifies('policy.no-ambiguity', '%s beside %s is refused, and both are named'), (one, other, words) => {
  const [found, ...more] = ambiguities(one, other);
  expect(more).toEqual([]);
  expect(found).toContain(words);
  expect(found).toContain('network_policies.p0.endpoints[0]; make them agree.');
  const policies = `network_policies: { a: { endpoints: [{ port: 443, ${one} }, { port: 443, ${other} }] } }`;
  expect(compile({ ceiling: { version: 1 }, agent: document(policies) }).kind).toBe('invalid');
});

test.each([
  ['host: a.example.com', 'host: b.example.com, access: full'],
  ['host: a.example.com', 'host: "*.example.com", access: full'],
  ['host: "a*.example.com"', 'host: "b*.example.com", access: full'],
  ['host: a.example.com, access: full', 'host: a.example.com, access: full, protocol: graphql, path: /graphql'],
  [
    'host: a.example.com, access: full',
    'host: a.example.com, access: read-only, deny_rules: [{ method: "*", path: /a }]',
  ],
  ['host: a.example.com, access: full, path: /a', 'host: a.example.com, access: full, path: /b, protocol: graphql'],
  [
    'host: a.example.com, access: full',
    'host: a.example.com, access: full, response: { label: external, max_bytes: 1MiB }, request: { max_bytes: 1KiB }',
  ],
])(verifies('policy.no-ambiguity', '%s beside %s is clear'), (one, other) => {
  expect(ambiguities(one, other)).toEqual([]);
});

test(verifies('policy.no-ambiguity', 'of endpoints of equal rank what any takes away is gone, in either order'), () => {
  const plain = '{ host: a.example.com, port: 443, protocol: mcp, tools: [{ name: a, allow: true }] }';
  const narrow = `{ host: a.example.com, port: 443, protocol: mcp, tools: [{ name: b, allow: true }], pin_tool_descriptions: closed,
    request: { max_bytes: 10, forbid: [pii] },
    response: { max_bytes: 20, content_types: [text/html], forbid: [credentials], confidentiality: secret } }`;
  const wider = `{ host: a.example.com, port: 443, protocol: mcp, tools: [{ name: c, allow: true }],
    request: { max_bytes: 100 }, response: { max_bytes: 10 } }`;
  const message = { protocol: 'mcp', method: 'tools/call', tool: 'a', arguments: {} } as const;
  const asked = {
    ...request('POST', 'a.example.com', '/'),
    operation: { method: 'POST', path: '/', query: '', parameters: [], message },
  };
  for (const list of [
    [plain, narrow, wider],
    [wider, narrow, plain],
  ]) {
    const { obligations } = policy(`network_policies: { a: { endpoints: [${list.join(', ')}] } }`).decide(asked);
    expect(obligations).toEqual(
      expect.arrayContaining([
        { kind: 'cap', direction: 'request', bytes: 10 },
        { kind: 'cap', direction: 'response', bytes: 10 },
        { kind: 'forbid', direction: 'request', contents: ['pii'] },
        { kind: 'forbid', direction: 'response', contents: ['credentials'] },
        { kind: 'content_types', allowed: ['text/html'] },
        { kind: 'pin_tool_descriptions', list: 'closed', path: '/**' },
        { kind: 'label_response', integrity: 'external', confidentiality: 'secret' },
      ]),
    );
  }
});

const piece = fc.constantFrom('a', 'b', '/', '*', '?', '/**/', '/**');
const pattern = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((pieces) => `/${pieces.join('')}`.replaceAll(/\/+/g, '/'))
  .filter((source) => source.split('/').every((segment) => !segment.includes('**') || segment === '**'));
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 6 }).map((rest) => `/${rest}`);

test(verifies('policy.no-ambiguity', 'two patterns that match one text are never said not to meet'), () => {
  let met = 0;
  fc.assert(
    fc.property(pattern, pattern, text, (a, b, subject) => {
      if (!globMatches(a, subject, '/') || !globMatches(b, subject, '/')) return;
      met++;
      expect(globsMeet(a, b, '/')).toBe(true);
      expect(globsMeet(b, a, '/')).toBe(true);
    }),
    { numRuns: scale(20_000) },
  );
  expect(met).toBeGreaterThan(200);
  expect(globsMeet('/a*', '/b*', '/')).toBe(false);
  expect(globsMeet('/*a', '/*b', '/')).toBe(false);
  expect(globsMeet('/a?', '/a', '/')).toBe(false);
  expect(globsMeet('/a/*', '/a/b/*', '/')).toBe(false);
}, 60_000);

test(verifies('policy.no-ambiguity', 'the index finds a conflict exactly when comparing all with all does'), () => {
  const signed = fc.record({ pattern, signature: fc.constantFrom('x', 'y'), value: fc.nat() });
  let found = 0;
  fc.assert(
    fc.property(fc.array(signed, { maxLength: 6 }), (all) => {
      const any = all.some((one) =>
        all.some((other) => one.signature !== other.signature && globsMeet(one.pattern, other.pattern, '/')),
      );
      if (any) found++;
      expect(conflictingPairs(all, '/', 100).length > 0).toBe(any);
    }),
    { numRuns: scale(3_000) },
  );
  expect(found).toBeGreaterThan(200);
}, 60_000);
