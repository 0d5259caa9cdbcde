import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy, loadPolicy } from '../index.ts';

function problems(source: string): readonly string[] {
  const loaded = loadPolicy(source, 'policy.yaml');
  if (loaded.kind === 'ok') return [];
  return loaded.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function endpoint(text: string): string {
  return `version: 1\nnetwork_policies:\n  api:\n    endpoints:\n      - ${text}\n`;
}

test('a document loads with its units read', () => {
  const loaded = loadPolicy(
    'version: 1\nnetwork_policies:\n  api:\n    endpoints:\n      - { host: api.example.com, port: 443, access: read-only, response: { max_bytes: 1MiB } }\nbudgets: { tokens: 200k/run, wall: 30m }\n',
    'p.yaml',
  );
  expect(loaded).toMatchObject({
    kind: 'ok',
    notes: [],
    document: { budgets: { tokens: { amount: 200_000, per: 'run' }, wall: 1_800 } },
  });
});

test(verifies('policy.typo-names-line', 'typos are named with line and nearest key'), () => {
  expect(problems('version: 1\nnetwork_policies:\n  api:\n    endpoint: []\n')).toContain(
    '4:5 `endpoint` is not a key here; did you mean `endpoints` (line 4)?',
  );
  expect(problems('version: 1\nflws: []\n')).toEqual(['2:1 `flws` is not a key here; did you mean `flows` (line 2)?']);
  expect(problems(endpoint('{ host: a.example.com, prot: 443 }'))).toContain(
    '5:32 `prot` is not a key here; did you mean `port` (line 5)?',
  );
  expect(problems(endpoint('{ host: a.example.com, port: 443, access: raed-only }'))).toEqual([
    '5:43 `network_policies.api.endpoints[0].access` is one of read-only, read-write, full; did you mean `read-only`?',
  ]);
  expect(loadPolicy('version: 1\nflws: []\n', 'p')).toMatchObject({ problems: [{ file: 'p', nearestKey: 'flows' }] });
});

test.each([
  ['filesystem_policy: { read_only: [/usr] }', 'filesystem_policy'],
  ['landlock: { compatibility: best_effort }', 'landlock'],
  ['process: { run_as_user: sandbox }', 'process'],
  ['network_middlewares: []', 'network_middlewares'],
  ['extends: [team/base]', 'extends'],
  ['mode: learn', 'mode: learn'],
  ['inference: { routes: [] }', 'Routes'],
  ['tools: [{ match: a, where: "true" }]', 'where'],
])(verifies('policy.never-ignored', '%s is refused by name'), (section, word) => {
  const found = problems(`version: 1\n${section}\n`);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^2:/);
  expect(found[0]).toContain(word);
  expect(found[0]).not.toContain('did you mean');
});

test.each(['graphql', 'mcp', 'json-rpc', 'websocket', 'grpc', 'a2a'])(
  verifies('policy.never-ignored', 'protocol %s is refused by name'),
  (protocol) => {
    expect(problems(endpoint(`{ host: a.example.com, port: 443, protocol: ${protocol} }`))).toEqual([
      expect.stringContaining(`\`protocol: ${protocol}\` is not read by this version`),
    ]);
  },
);

test.each([
  '"*"',
  '"**"',
  '"*.com"',
  '"**.org"',
  '"example.*"',
  '"*.example.*"',
  '"[a]"',
  '"a b"',
  '127.1',
  '"*.1.1"',
  '"{a,*}.com"',
])(verifies('policy.wide-hosts-refused', 'the host %s is refused'), (host) => {
  expect(problems(endpoint(`{ host: ${host}, port: 443 }`))).toHaveLength(1);
});

test.each([
  ['{ host: a.example.com }', 'has no `port`'],
  ['{ host: a.example.com, port: 443, protocol: tcp, access: full }', 'could not be kept'],
  ['{ host: a.example.com, port: 443, protocol: rest }', 'without them it allows none'],
  ['{ host: a.example.com, port: 443, tls: skip, access: full }', 'leaves the requests unread'],
  ['{ host: a.example.com, port: 443, tls: terminate }', 'reads requests'],
  ['{ host: a.example.com, port: 443, access: full, rules: [] }', 'not both'],
  ['{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: v1 } }] }', 'starts with "/"'],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: /a }, destination: [account] }] }',
    'JSON pointer',
  ],
  ['{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "/[a]" } }] }', 'means nothing here'],
])('%s does not make sense', (text, words) => {
  expect(problems(endpoint(text)).join('\n')).toContain(words);
});

test('endpoints that disagree about the same host and port are refused', () => {
  const source =
    'version: 1\nnetwork_policies:\n  a:\n    endpoints:\n      - { host: "{x,y}.example.com", port: 443 }\n  b:\n    endpoints:\n      - { host: y.example.com, ports: [80, 443], access: full }\n';
  expect(problems(source)).toEqual([
    '8:9 y.example.com:443 is read request by request (rest) here and let through unread (tcp) in network_policies.a.endpoints[0]; make them agree.',
  ]);
});

test('faults of YAML are problems: doubled keys, tags, broken syntax, alias bombs, nothing at all', () => {
  expect(problems('version: 1\nflows: []\nflows: []\n')).toEqual([
    '3:1 This key stands here twice; only one can count.',
  ]);
  expect(problems('version: !!js/function 1\n')).toHaveLength(1);
  expect(problems('version: [1\n').length).toBeGreaterThan(0);
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(',')}]`).join('\n')}\n`;
  expect(problems(bomb)).toEqual([expect.stringContaining('aliases')]);
  expect(problems('')).toEqual(['1:1 A policy is a mapping that begins with `version: 1`.']);
  expect(problems('version: 2\n')).toEqual(['1:1 Write `version: 1`; it is the only version there is.']);
  expect(problems(`version: 1\nname: ${'x'.repeat(2 ** 20)}\n`)).toHaveLength(1);
});

test('whatever the text, loading and checking answer', () => {
  const piece = fc.constantFrom(
    'version: 1\n',
    'network_policies:\n',
    '  a:\n',
    '    endpoints:\n',
    '      - host: a.example.com\n',
    '        port: 443\n',
    'tools: [',
    '{ match: ',
    '"*"',
    '}',
    ']',
    '&a ',
    '*a',
    ': ',
    '\n',
    '- ',
    '__proto__: 1\n',
    '\t',
    '? ',
    '!!set ',
    '| ',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const report = checkPolicy(pieces.join(''), 'p');
      if (report.loaded.kind === 'invalid') expect(report.loaded.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: scale(1_000) },
  );
});

test('notes say where OpenShell would read a document differently', () => {
  const source =
    'version: 1\nnetwork_policies:\n  a:\n    binaries: [{ path: /usr/bin/gh }]\n    endpoints:\n      - { host: a.example.com, port: 443, enforcement: audit }\n';
  expect(loadPolicy(source, 'p')).toMatchObject({
    kind: 'ok',
    notes: [
      { line: 4, message: expect.stringContaining('executable') },
      { line: 6, message: expect.stringContaining('loads as `enforce`') },
    ],
  });
});

test('checking warns about rules that can never decide', () => {
  const source = [
    'version: 1',
    'network_policies:',
    '  a:',
    '    endpoints:',
    '      - { host: 10.0.0.1, port: 443 }',
    '      - host: api.example.com',
    '        port: 443',
    '        rules:',
    '          - ask: { method: "*", path: "/v1/**" }',
    '          - allow: { method: GET, path: /v1/items }',
    '          - allow: { method: GET, path: /a//b }',
    '        deny_rules: [{ method: GET, path: /a/../b }]',
    'tools:',
    '  - { match: file.read }',
    '  - { match: "file.*", decision: deny }',
    '',
  ].join('\n');
  const { loaded, warnings } = checkPolicy(source, 'p');
  expect(loaded.kind).toBe('ok');
  expect(warnings.map(({ line }) => line).toSorted((a, b) => a - b)).toEqual([5, 10, 11, 12, 14]);
});
