import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { checkPolicy } from '../index.ts';

/** Kinds and places of the warnings about an endpoint with these members, which stands in line 6 and below. */
function warningsOf(...members: readonly string[]): readonly string[] {
  const head = ['version: 1', 'network_policies:', '  ledger:', '    endpoints:', '      - host: ledger.kranich.dev'];
  const source = [...head, ...['port: 8443', ...members].map((line) => `        ${line}`), ''].join('\n');
  const { loaded, warnings } = checkPolicy(source, 'p.yaml');
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  return warnings.map(({ kind, line, message, fix }) => {
    expect(`${message} ${fix}`).toMatch(/^[A-Z`].*\.$/);
    return `${kind} ${line}`;
  });
}

const unmatchable = (path: string): string => `- { method: "*", path: "${path}" }`;

test(verifies('policy-tools.check', 'a deny rule for what no address can be is named, however it is disguised'), () => {
  const never = [
    '/a%c3%bc/**',
    '/%61dmin/**',
    '/a%2Fb/*',
    '/x%5Cy*',
    '/search?q=*',
    '/export?format=csv',
    '/{admin//x,ok}/*',
    '/{intern,../intern}',
    '/über/**',
    '/a b/*',
    '/v1/*/./x',
    '/a%252Fb/**',
  ];
  const some = ['/a%C3%BC/**', '/q?', '/a?/**', '/{a,b}/*', '/a%20b/*', '/~*', '/.well-known/*', '/x=1/*', '/...'];
  expect(warningsOf('access: full', 'deny_rules:', ...never.map(unmatchable))).toEqual(
    never.map((_, at) => `unmatchable ${at + 9}`),
  );
  expect(warningsOf('access: full', 'deny_rules:', ...some.map(unmatchable))).toEqual([]);
  // Where an encoded slash is let through it is part of a path.
  expect(warningsOf('access: full', 'allow_encoded_slash: true', 'deny_rules:', unmatchable('/a%2Fb/*'))).toEqual([]);
});

test.each([
  [
    'a path of its endpoint',
    ['path: "/v1/**"', 'access: full', 'deny_rules:', unmatchable('/v2/x')],
    ['unmatchable 10'],
  ],
  ['a path of its endpoint that no request has', ['path: /v1//x', 'access: full'], ['unmatchable 7']],
  ['a path that is partly outside', ['path: "/v1/**"', 'access: full', 'deny_rules:', unmatchable('/*/x')], []],
  ['a method that is misspelt', ['rules:', '- allow: { method: GTE, path: /a }'], ['unmatchable 8']],
  [
    'a method of its own',
    ['rules:', '- allow: { method: PROPFIND, path: /a }', '- allow: { method: FROBNICATE, path: /a }'],
    [],
  ],
  ['a method that is never forwarded', ['rules:', '- allow: { method: TRACE, path: /a }'], ['unmatchable 8']],
  [
    'a message where no WebSocket is read',
    ['rules:', '- allow: { method: WEBSOCKET_TEXT, path: /a }'],
    ['unmatchable 8'],
  ],
  [
    'messages over a WebSocket that nobody opens',
    ['protocol: websocket', 'rules:', '- allow: { method: WEBSOCKET_TEXT, path: /a }'],
    ['dead 8'],
  ],
  ['an encoded query', ['rules:', '- allow: { method: GET, path: /a, query: { q: "a%20b" } }'], ['unmatchable 8']],
  [
    'fields of GraphQL',
    ['protocol: graphql', 'rules:', '- allow: { operation_type: query, fields: [user.name] }'],
    ['unmatchable 9'],
  ],
  [
    'names of GraphQL',
    ['protocol: graphql', 'rules:', '- allow: { operation_type: query, operation_name: "2*" }'],
    ['unmatchable 9'],
  ],
  [
    'services of gRPC',
    ['protocol: grpc', 'rules:', '- allow: { service: /shop.Orders }', '- allow: { service: "*.Orders" }'],
    ['unmatchable 9'],
  ],
  [
    'methods of gRPC',
    ['protocol: grpc', 'rules:', '- allow: { service: shop.Orders, method: shop.Orders/Get }'],
    ['unmatchable 9'],
  ],
  [
    'tools of MCP',
    ['protocol: mcp', 'tools:', '- { name: "my tool", ask: true }', '- { name: "my*", allow: true }'],
    ['unmatchable 9'],
  ],
  [
    'tools of a lenient server',
    ['protocol: mcp', 'mcp: { strict_tool_names: false }', 'tools:', '- { name: "my tool", ask: true }'],
    [],
  ],
] as const)(
  verifies('policy-tools.check', 'it knows of %s whether a request can have it'),
  (_name, members, expected) => {
    expect(warningsOf(...members)).toEqual(expected);
  },
);
