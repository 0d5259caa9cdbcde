import { noUsage } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy, decide, draftPolicy, findingsOf } from '../index.ts';
import { request } from '../testing/samples.ts';

/** Kinds and places of the warnings about an endpoint with these lines. */
function warningsOf(...lines: readonly string[]): readonly string[] {
  const source = [
    'version: 1',
    'network_policies:',
    '  a:',
    '    endpoints:',
    '      - port: 443',
    ...lines.map((line) => `        ${line}`),
    '',
  ];
  const { loaded, warnings } = checkPolicy(source.join('\n'), 'p.yaml');
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  return warnings.map(({ kind, line, message, fix }) => {
    expect(fix).toMatch(/^[A-Z].*\.$/);
    expect(message).toMatch(/^\S.*\.$/);
    return `${kind} ${line}`;
  });
}

const host = 'host: api.example.com';
const [first, second] = [8, 9];

test.each([
  [
    'a deny that covers an allow',
    ['rules:', '  - allow: { method: GET, path: "/a/*" }', 'deny_rules: [{ method: "*", path: "/a/**" }]'],
    [`contradicting ${first}`],
  ],
  [
    'two denies that cover it together',
    [
      'rules:',
      '  - allow: { method: GET, path: "/{a,b}" }',
      'deny_rules:',
      '  - { method: GET, path: /a }',
      '  - { method: GET, path: /b }',
    ],
    [`contradicting ${first}`],
  ],
  [
    'a deny that leaves something over',
    ['rules:', '  - allow: { method: GET, path: "/a/**" }', 'deny_rules: [{ method: "*", path: "/a/*" }]'],
    [],
  ],
  [
    'a deny of GET that is one of HEAD',
    ['rules:', '  - allow: { method: HEAD, path: /a }', 'deny_rules: [{ method: GET, path: /a }]'],
    [`contradicting ${first}`],
  ],
  [
    'a deny of HEAD leaves GET over',
    ['rules:', '  - allow: { method: GET, path: /a }', 'deny_rules: [{ method: HEAD, path: /a }]'],
    [],
  ],
  [
    'an allow that a wider one makes superfluous',
    ['rules:', '  - allow: { method: GET, path: "/a/*" }', '  - allow: { method: GET, path: "/a/**" }'],
    [`shadowed ${first}`],
  ],
  [
    'of two that are equal the later one',
    ['rules:', '  - allow: { method: GET, path: /a }', '  - allow: { method: get, path: /a }'],
    [`shadowed ${second}`],
  ],
  [
    'what says something besides is not superfluous',
    ['rules:', '  - { allow: { method: POST, path: /a }, effect: read }', '  - allow: { method: "*", path: "/**" }'],
    [],
  ],
  [
    'one that asks for all of it',
    ['rules:', '  - allow: { method: GET, path: /a }', '  - ask: { method: "*", path: "/**" }'],
    [`shadowed ${first}`],
  ],
  [
    'one that asks under a condition leaves something over',
    ['rules:', '  - allow: { method: GET, path: /a }', '  - ask: { method: GET, path: /a, query: { q: "x*" } }'],
    [],
  ],
  [
    'no URL has such a path',
    [
      'access: read-only',
      'deny_rules:',
      '  - { method: GET, path: "/a//*" }',
      '  - { method: GET, path: "/a/./b" }',
      '  - { method: GET, path: "/a;x/*" }',
    ],
    ['unmatchable 9', 'unmatchable 10', 'unmatchable 11'],
  ],
  [
    'an encoded letter is no normal form',
    ['rules:', '  - allow: { method: GET, path: /%61 }', '  - allow: { method: GET, path: /a%20b }'],
    [`unmatchable ${first}`],
  ],
  [
    '`access` that never allowed it',
    ['access: read-only', 'deny_rules:', '  - { method: DELETE, path: /a }'],
    ['dead 9'],
  ],
] as const)(verifies('policy-tools.check', 'it finds %s'), (_name, lines, expected) => {
  expect(warningsOf(host, ...lines)).toEqual(expected);
});

const lists = {
  graphql: ['protocol: graphql', 'path: /graphql'],
  mcp: ['protocol: mcp', 'path: /mcp'],
  jsonRpc: ['protocol: json-rpc', 'path: /rpc'],
  grpc: ['protocol: grpc'],
  webSocket: ['protocol: websocket'],
} as const;

test.each([
  [
    'graphql: a deny that covers an allow',
    [
      ...lists.graphql,
      'rules: [{ allow: { operation_type: query, fields: [secret] } }]',
      'deny_rules: [{ operation_type: "*", fields: ["sec*"] }]',
    ],
    ['contradicting 9'],
  ],
  [
    'graphql: two denies that together cover what asks',
    [
      ...lists.graphql,
      'rules: [{ ask: { operation_type: query, fields: [a, b] } }]',
      'deny_rules: [{ operation_type: query, fields: [a] }, { operation_type: query, fields: [b] }]',
    ],
    ['contradicting 9'],
  ],
  [
    'graphql: not what two rules have together, because one must have all fields',
    [
      ...lists.graphql,
      'rules:',
      '  - ask: { operation_type: query, fields: [a] }',
      '  - ask: { operation_type: query, fields: [b] }',
      '  - allow: { operation_type: query, fields: [a, b] }',
    ],
    [],
  ],
  [
    'graphql: what a wider rule allows',
    [
      ...lists.graphql,
      'rules:',
      '  - allow: { operation_type: query, operation_name: "Get*" }',
      '  - allow: { operation_type: query }',
    ],
    ['shadowed 10'],
  ],
  [
    'mcp: a tool that is denied, and one that asks anyway',
    [
      ...lists.mcp,
      'tools:',
      '  - { name: repo.read, allow: true }',
      '  - { name: "repo.*", ask: true }',
      '  - { name: files.delete, ask: true }',
      '  - { name: "*.delete", deny: true }',
    ],
    ['shadowed 10', 'contradicting 12'],
  ],
  [
    'mcp: not a tool under a condition, but the same condition twice',
    [
      ...lists.mcp,
      'tools:',
      '  - { name: a, allow: true }',
      `  - { name: a, ask: true, where: "args.n > 1" }`,
      `  - { name: a, ask: true, where: "args.n > 1" }`,
    ],
    ['shadowed 12'],
  ],
  [
    'mcp: a method that no client sends',
    [
      ...lists.mcp,
      'rules: [{ allow: { method: "tools/*" } }]',
      'deny_rules: [{ method: resource/read }, { method: "admin/*" }]',
    ],
    ['unmatchable 10', 'unmatchable 10'],
  ],
  [
    'mcp: what a server asks of the program',
    [...lists.mcp, 'rules: [{ allow: { method: "tools/*" } }, { allow: { method: sampling/createMessage } }]'],
    [],
  ],
  [
    'json-rpc: a deny that covers an allow, and one that leaves something',
    [
      ...lists.jsonRpc,
      'rules: [{ allow: { method: eth_sign } }, { allow: { method: "eth_get*" } }]',
      'deny_rules: [{ method: eth_sign }, { method: eth_getCode }]',
    ],
    ['contradicting 9'],
  ],
  [
    'grpc: a method of a service that is allowed as a whole',
    [
      ...lists.grpc,
      'rules:',
      '  - allow: { service: shop.Orders, method: Get }',
      '  - allow: { service: "shop.*" }',
      'deny_rules: [{ service: shop.Admin, method: Drop }]',
    ],
    ['shadowed 9'],
  ],
  [
    'websocket: messages that are forbidden',
    [
      ...lists.webSocket,
      'rules:',
      '  - allow: { method: GET, path: /a }',
      '  - allow: { method: WEBSOCKET_TEXT, path: /a }',
      'deny_rules: [{ method: WEBSOCKET_TEXT, path: "/**" }]',
    ],
    ['contradicting 10'],
  ],
  [
    'websocket: operations of GraphQL in them',
    [
      ...lists.webSocket,
      'rules:',
      '  - allow: { method: GET, path: /a }',
      '  - allow: { operation_type: subscription, fields: [news] }',
      '  - ask: { operation_type: subscription }',
    ],
    ['shadowed 10'],
  ],
  [
    'query: a matcher where all of the path is forbidden, and the same twice',
    [
      'rules:',
      '  - allow: { method: GET, path: /a, query: { q: "x*" } }',
      '  - allow: { method: GET, path: /b, query: { q: "x*" } }',
      '  - allow: { method: GET, path: /b, query: { q: "x*" } }',
      'deny_rules: [{ method: GET, path: /a }]',
    ],
    ['contradicting 8', 'shadowed 10'],
  ],
] as const)(verifies('policy-tools.check', 'it finds, in %s'), (_name, lines, expected) => {
  expect(warningsOf(host, ...lines)).toEqual(expected);
});

test(verifies('policy-tools.check', 'a misspelt method of a protocol is named with the one that was meant'), () => {
  const source = `version: 1
network_policies:
  a:
    endpoints: [{ host: a.example.com, port: 443, protocol: mcp, rules: [{ allow: { method: tool/list } }] }]
`;
  expect(checkPolicy(source, 'p.yaml').warnings).toMatchObject([
    {
      file: 'p.yaml',
      line: 4,
      kind: 'unmatchable',
      message: expect.stringContaining('did you mean tools/list'),
      fix: 'Write `method: tools/list`.',
    },
  ]);
});

test(verifies('policy-tools.check', 'executables and flow rules that others leave nothing to say'), () => {
  const source = `version: 1
network_policies:
  a:
    binaries:
      - { path: /usr/bin/git }
      - { path: "/usr/bin/*" }
      - { path: /usr//bin/curl }
    endpoints: [{ host: a.example.com, port: 443, access: read-only }]
flows:
  - ask: { from: { integrity: external }, to: { parameter: destination } }
  - deny: { from: { integrity: local }, to: { parameter: destination } }
  - ask: { from: { confidentiality: secret }, to: { reader: external }, approvers: 2 }
  - ask: { from: { confidentiality: internal }, to: { reader: external } }
  - ask: { from: { confidentiality: secret }, to: { reader: external }, not: requester }
  - ask: { from: { confidentiality: secret }, to: { reader: external } }
`;
  expect(checkPolicy(source, 'p.yaml').warnings.map(({ kind, line }) => `${kind} ${line}`)).toEqual([
    'shadowed 5',
    'unmatchable 7',
    'shadowed 10',
    'shadowed 15',
  ]);
});

test.each([
  ['every method of a wildcard', ['host: "*.example.com"', 'access: full'], ['over_broad 7']],
  [
    'the same as rules',
    ['host: "*.example.com"', 'rules: [{ allow: { method: "*", path: "/**" } }]'],
    ['over_broad 7'],
  ],
  ['bytes unread to a wildcard', ['host: "*.example.com"'], ['over_broad 6']],
  ['a private address', ['host: 10.0.0.1'], ['dead 6']],
  ['nothing about a plain rule', ['host: api.example.com', 'access: read-only'], []],
] as const)(verifies('policy-tools.check', 'it finds %s'), (_name, lines, expected) => {
  expect(warningsOf(...lines)).toEqual(expected);
});

test(
  verifies('policy-tools.check', 'tools: what is superfluous, what is too wide, and executables that narrow nothing'),
  () => {
    const source = `version: 1
tools:
  - { match: "*" }
  - { match: file.read }
  - { match: "shell.*", decision: ask }
  - { match: shell.exec, decision: deny }
  - { match: "shell.e*", decision: ask }
network_policies:
  a:
    binaries: [{ path: /usr/bin/gh }, { path: /** }]
    endpoints: [{ host: a.example.com, port: 443, access: read-only }]
`;
    const found = findingsOf(checkPolicy(source, 'p.yaml')).filter(({ severity }) => severity === 'warning');
    expect(found.map(({ kind, line }) => `${kind} ${line}`)).toEqual([
      'over_broad 3',
      'shadowed 4',
      'shadowed 7',
      'over_broad 10',
    ]);
  },
);

const path = fc.constantFrom('/a', '/a/*', '/a/**', '/**/b', '/*', '/**', '/{a,b}', '/a/b', '/?', '/a//b');
const target = fc.record({ method: fc.constantFrom('GET', 'POST', '*', 'HEAD'), path });
const rule = fc.oneof(
  target.map((allow) => ({ allow })),
  target.map((ask) => ({ ask })),
);

test(
  verifies(
    'policy-tools.check',
    'taking a rule out that is named as superfluous or dead changes no decision, and one that is not named decides',
  ),
  () => {
    const paths = ['/', '/a', '/b', '/a/', '/a/b', '/a/b/c', '/c/b', '/b/b', '/c', '/x/y'];
    const answers = (rules: readonly object[], denies: readonly object[]): string => {
      const endpoint = {
        host: 'api.example.com',
        port: 443,
        protocol: 'rest',
        rules,
        ...(denies.length === 0 ? {} : { deny_rules: denies }),
      };
      const draft = draftPolicy({
        name: 'p',
        source: JSON.stringify({ version: 1, network_policies: { a: { endpoints: [endpoint] } } }),
      });
      if (draft.kind === 'invalid') throw new Error(JSON.stringify(draft.problems));
      return paths
        .flatMap((at) =>
          ['GET', 'HEAD', 'POST', 'PUT'].map(
            (method) => decide(request(method, 'api.example.com', at), draft.snapshot, noUsage, 0).kind,
          ),
        )
        .join(' ');
    };
    let named = 0;
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 2, maxLength: 4 }),
        fc.array(target, { maxLength: 2 }),
        (rules, denies) => {
          const endpoint = {
            host: 'api.example.com',
            port: 443,
            protocol: 'rest',
            rules,
            ...(denies.length === 0 ? {} : { deny_rules: denies }),
          };
          const source = JSON.stringify({ version: 1, network_policies: { a: { endpoints: [endpoint] } } }, null, 1);
          for (const { message, line } of checkPolicy(source, 'p').warnings) {
            const at = placeOfLine(source, line);
            if (at === undefined) throw new Error(`${message} at ${line}\n${source}`);
            const without = <Item>(list: readonly Item[], is: boolean): readonly Item[] =>
              is ? list.filter((_, index) => index !== at.index) : list;
            const left = without(rules, at.list === 'rules');
            if (left.length === 0) continue;
            named++;
            expect(answers(left, without(denies, at.list === 'deny_rules')), message).toBe(answers(rules, denies));
          }
        },
      ),
      { numRuns: scale(200) },
    );
    expect(named).toBeGreaterThan(50);
  },
);

/** Which rule of a document, printed with one key a line, begins at a line. */
function placeOfLine(source: string, line: number): { readonly list: string; readonly index: number } | undefined {
  let list = '';
  let index = -1;
  for (const [at, text] of source.split('\n').entries()) {
    const [, name] = /^ {5}"(rules|deny_rules)": \[/.exec(text) ?? [];
    if (name !== undefined) [list, index] = [name, -1];
    if (/^ {6}\{/.test(text)) index++;
    if (at + 1 === line) return list === '' ? undefined : { list, index };
  }
  return undefined;
}

test.each([
  ['', ['/usr/bin/gh', '/task/gh', '/tmp/x/gh', '/dev/shm/gh', '/srv/tools/gh'], [1, 2, 3]],
  ['filesystem_policy: { include_workdir: true, read_only: [/usr] }', ['/usr/bin/gh', '/task/gh', '/tmp/gh'], [1]],
  [
    'filesystem_policy: { read_only: [/srv/tools], read_write: [/srv/data/, /var/tmp] }',
    ['/srv/tools/gh', '/srv/data/gh', '/srv/database/gh', '/task/gh', '/tmp/gh'],
    [1, 4],
  ],
] as const)(
  verifies('policy-tools.check', 'programs that an agent can replace are named: with %j'),
  (files, paths, named) => {
    const binaries = paths.map((program) => `{ path: ${program} }`).join(', ');
    const policies = `network_policies: { a: { endpoints: [{ ${host}, port: 443 }], binaries: [${binaries}] } }`;
    const { warnings } = checkPolicy(`version: 1\n${files}\n${policies}\n`, 'p.yaml');
    const column = (at: number): number => policies.indexOf(`{ path: ${paths[at]} }`) + 1;
    expect(warnings.map(({ kind, message, column: at }) => [kind, at, /may write to/.test(message)])).toEqual(
      named.map((at) => ['over_broad', column(at), true]),
    );
  },
);
