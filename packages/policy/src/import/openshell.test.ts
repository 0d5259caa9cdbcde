import { type EgressQuestion, noUsage } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { decide, draftPolicy, importPolicy, loadPolicy, type Snapshot } from '../index.ts';
import { present } from '../testing/choice.ts';
import { label } from '../testing/samples.ts';
import { type OpenshellEndpoint, type OpenshellPolicy, openshellAllows } from './testing/openshell-naively.ts';

// A property over whole documents takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const curl = [{ path: '/usr/bin/curl' }];

function imported(policies: Readonly<Record<string, OpenshellPolicy>>): {
  readonly source: string;
  readonly snapshot: Snapshot;
} {
  const source = JSON.stringify({ version: 1, network_policies: policies });
  const result = importPolicy('openshell', [{ name: 'their.yaml', source }]);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  const draft = draftPolicy({ name: 'ours.yaml', source: result.source });
  if (draft.kind === 'invalid') throw new Error(`${JSON.stringify(draft.problems)}\n${result.source}`);
  return { source: result.source, snapshot: draft.snapshot };
}

function asked(method: string, path: string, more: Partial<EgressQuestion> = {}): EgressQuestion {
  const [plain = '', query = ''] = path.split('?');
  return {
    kind: 'egress',
    caller: { agent: 'a', executable: '/usr/bin/curl' },
    host: 'api.example.com',
    port: 443,
    scheme: 'https',
    operation: { method, path: plain, query, parameters: [] },
    data: label('local'),
    ...more,
  };
}

function rest(endpoint: Partial<OpenshellEndpoint>): Readonly<Record<string, OpenshellPolicy>> {
  return {
    api: { endpoints: [{ host: 'api.example.com', port: 443, protocol: 'rest', ...endpoint }], binaries: curl },
  };
}

const allow = (...targets: readonly object[]) => ({ rules: targets.map((target) => ({ allow: target })) });

/** Each trap: what is imported, what is asked, and what both say. */
const traps: readonly (readonly [
  string,
  Readonly<Record<string, OpenshellPolicy>>,
  EgressQuestion,
  'allow' | 'deny',
])[] = [
  [
    'T1 nobody without binaries',
    { api: { endpoints: rest({ access: 'full' })['api']?.endpoints ?? [] } },
    asked('GET', '/'),
    'deny',
  ],
  [
    'T2 full without protocol is raw bytes',
    rest({ protocol: undefined as never, access: 'full' }),
    asked('GET', '/', { operation: undefined as never, scheme: 'tcp' }),
    'allow',
  ],
  [
    'T2 rules without protocol are kept',
    rest({ protocol: undefined as never, ...allow({ method: 'GET', path: '/a' }) }),
    asked('POST', '/a'),
    'deny',
  ],
  [
    'T4a a star in a query stops at a dot',
    rest(allow({ method: 'GET', path: '/', query: { q: 'v*' } })),
    asked('GET', '/?q=v.1'),
    'deny',
  ],
  [
    'T4a and matches what it matched',
    rest(allow({ method: 'GET', path: '/', query: { q: 'v*' } })),
    asked('GET', '/?q=v1'),
    'allow',
  ],
  [
    'T4b a deny with zero segments',
    rest({ access: 'full', deny_rules: [{ method: '*', path: '/**/admin' }] }),
    asked('GET', '/admin'),
    'deny',
  ],
  ['T4c glued stars stay in a segment', rest(allow({ method: 'GET', path: '/v**' })), asked('GET', '/v1/x'), 'deny'],
  ['T4c and match within it', rest(allow({ method: 'GET', path: '/v**' })), asked('GET', '/v1'), 'allow'],
  [
    'T5 a deny of GET is one of HEAD',
    rest({ access: 'full', deny_rules: [{ method: 'GET', path: '/a' }] }),
    asked('HEAD', '/a'),
    'deny',
  ],
  ['a class in an allow is left out', rest(allow({ method: 'GET', path: '/[ab]' })), asked('GET', '/a'), 'deny'],
  [
    'a class in a deny forbids more',
    rest({ access: 'full', deny_rules: [{ method: 'GET', path: '/[ab]' }] }),
    asked('GET', '/a'),
    'deny',
  ],
  [
    'an allow without a path never matches',
    rest(allow({ method: 'GET' }, { method: 'GET', path: '/b' })),
    asked('GET', '/a'),
    'deny',
  ],
  ['a misspelt access allows nothing', rest({ access: 'ful' }), asked('GET', '/a'), 'deny'],
  [
    'a host without a star is no pattern',
    rest({ host: 'ap?.example.com', access: 'full' }),
    asked('GET', '/a'),
    'deny',
  ],
  [
    'a host with a last dot matches nothing',
    rest({ host: 'api.example.com.', access: 'full' }),
    asked('GET', '/a'),
    'deny',
  ],
];

test.each(traps)(verifies('policy-tools.import', 'OpenShell: %s'), (_name, policies, question, expected) => {
  expect(decide(question, imported(policies).snapshot, noUsage, 0).kind).toBe(expected);
  if (expected === 'allow') expect(openshellAllows(Object.values(policies), question)).toBe(true);
});

test(
  verifies(
    'policy-tools.import',
    'what was changed stands where it applies, what was left out at the top, each with its line',
  ),
  () => {
    const source = `version: 1
network_policies:
  api:
    endpoints:
      - { host: api.example.com, port: 443, access: read-only }
      - { host: host.openshell.internal, port: 11434 }
      - { host: db.example.com, port: 5432, protocol: sql }
    binaries: [{ path: /usr/bin/curl }]
`;
    const result = importPolicy('openshell', [{ name: 'p.yaml', source }]);
    expect(result).toMatchObject({
      kind: 'ok',
      notes: [
        { line: 5, kind: 'changed' },
        { line: 6, kind: 'left' },
        { line: 7, kind: 'left' },
      ],
    });
    if (result.kind !== 'ok') return;
    expect(result.source).toMatch(
      /^# Imported from OpenShell: p\.yaml\n.*# - p\.yaml:6: .*services.*\n# - p\.yaml:7: .*sql/s,
    );
    expect(result.source).toMatch(/# Without `protocol`[^\n]*\n {6}- host: api\.example\.com/);
    expect(result.source).not.toContain('internal\n');
  },
);

test.each([
  ['openshell', 'version: 2\n', 'Only `version: 1`'],
  ['nemoclaw', 'version: 1\n', 'no `preset`'],
  ['srt', '{"permissions":{}}', 'no `network`'],
  ['claude-code', '[]', 'no `permissions`'],
  ['openshell', 'version: 1\nversion: 1\n', 'twice'],
] as const)(verifies('policy-tools.import', 'a file of another format is refused: %s'), (format, source, words) => {
  const result = importPolicy(format, [{ name: 'f', source }]);
  expect(result.kind === 'invalid' && result.problems[0]?.message).toContain(words);
});

test(verifies('policy-tools.import', 'bytes that a wildcard would have read there do not pass unread here'), () => {
  const { snapshot } = imported({
    read: { endpoints: [{ host: '*.example.com', port: 443, protocol: 'rest', access: 'read-only' }], binaries: curl },
    raw: { endpoints: [{ host: 'api.example.com', port: 443, access: 'full' }], binaries: curl },
  });
  const { operation: _none, ...dial } = asked('GET', '/', { scheme: 'tcp' });
  expect(decide(dial, snapshot, noUsage, 0).obligations).toContainEqual(expect.objectContaining({ kind: 'inspect' }));
  expect(decide(asked('DELETE', '/'), snapshot, noUsage, 0).kind).toBe('deny');
});

test(
  verifies(
    'policy-tools.import',
    'an endpoint that our loader refuses goes, and with its deny rules all that they held back',
  ),
  () => {
    const { snapshot } = imported({
      wide: { endpoints: [{ host: '**.example.com', port: 443, protocol: 'rest', access: 'full' }], binaries: curl },
      // `*.com` is too wide for us.
      all: {
        endpoints: [
          {
            host: '*.com',
            port: 443,
            protocol: 'rest',
            access: 'full',
            deny_rules: [{ method: 'DELETE', path: '**' }],
          },
        ],
        binaries: curl,
      },
    });
    expect(decide(asked('DELETE', '/a'), snapshot, noUsage, 0).kind).toBe('deny');
  },
);

test(
  verifies(
    'policy-tools.import',
    'the static sections come along: their working folder is the task folder, what no sandbox sees is left out',
  ),
  () => {
    const source = [
      'version: 1',
      'filesystem_policy:',
      '  include_workdir: false',
      '  read_only: [/usr, /lib, /proc, /dev/urandom, /app, /etc, /sys/fs/cgroup, /sandbox/.config]',
      '  read_write: [/sandbox, /tmp, /dev/null, "/var/run/docker.sock"]',
      'landlock: { compatibility: best_effort }',
      'process: { run_as_user: sandbox, run_as_group: sandbox }',
      '',
    ].join('\n');
    const result = importPolicy('openshell', [{ name: 'policy.yaml', source }]);
    if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
    const loaded = loadPolicy(result.source, 'imported');
    expect(loaded).toMatchObject({
      kind: 'ok',
      document: {
        filesystem_policy: {
          include_workdir: true,
          read_only: ['/usr', '/lib', '/proc', '/dev/urandom', '/app', '/etc'],
          read_write: ['/tmp', '/dev/null'],
        },
        landlock: { compatibility: 'best_effort' },
        process: { run_as_user: 'sandbox', run_as_group: 'sandbox' },
      },
    });
    expect(result.notes.map(({ line, kind, sentence }) => `${line} ${kind} ${sentence}`)).toEqual([
      expect.stringMatching(/^4 changed `\/app` is the one of this machine/),
      expect.stringMatching(/^4 left No sandbox sees "\/sys\/fs\/cgroup"/),
      expect.stringMatching(/^4 changed `\/sandbox\/\.config` lies in the working folder/),
      expect.stringMatching(/^5 changed `\/sandbox` lies in the working folder/),
      expect.stringMatching(/^5 left No sandbox sees "\/var\/run\/docker\.sock"/),
    ]);
  },
);

const pick = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const paths = pick(
  '/a',
  '/a/*',
  '/a/**',
  '/**/b',
  '/a/**/b',
  '/v**',
  '**',
  '/[ab]',
  '/?',
  '/{a,b}/c',
  'x',
  '*/a',
  '/**',
  '**/b',
  '/a*/b',
);
const values = pick('v', 'v*', '*', 'v.?', '**', '{v,w}*', 'v[12]', 'v.**', '**.w', 'v?w');
const matcher = fc.oneof(
  values,
  fc.array(values, { minLength: 1, maxLength: 2 }).map((any) => ({ any })),
);
const httpRule = fc.record(
  { method: pick('GET', 'POST', '*', 'head'), path: paths, query: fc.record({ q: matcher }) },
  { requiredKeys: ['method'] },
);
const tools = pick('repo', 'repo*', '*', 'repo.get', 'repo.*', 'repo?x', '**.x', 'repo.**', '{repo,x}*', 'r[e]po');
const mcpRule = fc.oneof(
  fc.record({ method: pick('tools/list', 'tools/*', 'initialize') }),
  fc.record({
    method: pick('tools/call'),
    tool: fc.oneof(
      tools,
      fc.array(tools, { minLength: 1, maxLength: 2 }).map((any) => ({ any })),
    ),
  }),
);
const hosts = pick(
  'a.x.com',
  'b.x.com',
  '*.x.com',
  '**.x.com',
  'A.X.com',
  'a?.x.com',
  '{a,b}.*.com',
  '*.y.x.com',
  '[a]*.x.com',
);
const some = <Value>(item: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.array(item, { minLength: 1, maxLength: 3 });
const base = { host: hosts, port: pick(443, 443, 80) };
const rarely = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const withRules = (protocol: string, rule: typeof httpRule | typeof mcpRule, path: fc.Arbitrary<string>) =>
  fc.record({
    ...base,
    protocol: fc.constant(protocol),
    rules: some((rule as typeof httpRule).map((target) => ({ allow: target }))), // what is generated is only written down
    deny_rules: rarely(some(rule as typeof httpRule)),
    path: rarely(path),
  });
const rests = fc.oneof(
  withRules('rest', httpRule, pick('/a/**', '/a', '**')),
  fc.record({
    ...base,
    protocol: pick('rest', 'rest', 'rest', 'sql'),
    access: pick('read-only', 'read-write', 'full', 'full', 'most'),
    deny_rules: rarely(some(httpRule)),
  }),
);
const unread = fc.record({ ...base, access: pick('full', 'read-only', undefined), tls: rarely(pick('skip')) });
const mcps = withRules('mcp', mcpRule, pick('/a'));
const plain = pick('/usr/bin/curl', '/usr/bin/*', '**/curl', '/usr/**');
const binaries = fc.array(
  fc.oneof({ weight: 8, arbitrary: plain }, pick('/usr/{bin,lib}/curl', '/usr/bin/cu?l', '/usr/bin/cu?l*')),
  { maxLength: 2 },
);
/** As it stands in a file: without the keys that hold nothing. */
const written = (endpoint: object): OpenshellEndpoint => present({ ...endpoint }) as unknown as OpenshellEndpoint; // made above
const documentOf = (endpoint: fc.Arbitrary<object>): fc.Arbitrary<OpenshellPolicy[]> =>
  fc.array(
    fc.record({
      endpoints: fc.array(endpoint.map(written), { minLength: 1, maxLength: 2 }),
      binaries: binaries.map((all) => all.map((path) => ({ path }))),
    }),
    { minLength: 1, maxLength: 3 },
  );
// Of endpoints that contradict each other few are left, so most documents speak of one protocol.
const document = fc.oneof(
  { weight: 3, arbitrary: documentOf(rests) },
  { weight: 2, arbitrary: documentOf(mcps) },
  { weight: 1, arbitrary: documentOf(unread) },
  { weight: 2, arbitrary: documentOf(fc.oneof(rests, mcps, unread)) },
);
const question = fc
  .record({
    method: pick('GET', 'HEAD', 'POST', 'DELETE'),
    path: pick('/', '/a', '/a/', '/a/b', '/a/b/c', '/v1', '/v1/x', '/b', '/x/b', '/a/c', '/a/x/y/b'),
    query: pick('', 'q=v', 'q=v1', 'q=v.1', 'q=w&q=v', 'q=v.1.2', 'q=vxw', 'q=v.w', 'q=w'),
    host: pick('a.x.com', 'b.x.com', 'c.x.com', 'a.y.x.com', 'a.y.com', 'ab.x.com'),
    port: pick(443, 443, 80),
    executable: pick('/usr/bin/curl', '/usr/bin/wget', '/usr/lib/curl', '/opt/curl'),
    tool: pick(null, null, 'repo', 'repo.get', 'repo_x', 'x.repo', 'repo.a.b', 'x', 'repo.x'),
    as: pick('http', 'http', 'mcp', 'connection'),
    name: pick('tools/list', 'initialize', 'tools/x.y'),
  })
  .map(({ method, path, query, host, port, executable, tool, as, name }): EgressQuestion => {
    const place = { host, port, caller: { agent: 'a', executable } };
    if (as === 'connection') {
      const { operation: _none, ...connection } = asked('GET', '/', { ...place, scheme: 'tcp' });
      return connection;
    }
    const http = asked(method, `${path}?${query}`, place);
    if (as === 'http' || http.operation === undefined) return http;
    const message = { protocol: 'mcp', method: tool === null ? name : 'tools/call', tool, arguments: {} } as const;
    return { ...http, operation: { ...http.operation, method: 'POST', message } };
  });

test(verifies('policy-tools.import', 'whatever an imported document of OpenShell allows, OpenShell allows'), () => {
  let allowed = 0;
  fc.assert(
    fc.property(document, fc.array(question, { minLength: 60, maxLength: 60 }), (policies, questions) => {
      const { snapshot, source } = imported(Object.fromEntries(policies.map((policy, at) => [`p${at}`, policy])));
      for (const one of questions) {
        const decision = decide(one, snapshot, noUsage, 0);
        const reads = decision.obligations.some(({ kind }) => kind === 'inspect');
        // A connection or a head that is read further is decided message by message.
        if (decision.kind === 'deny' || reads) continue;
        allowed++;
        if (!openshellAllows(policies, one)) throw new Error(`${JSON.stringify(one)}\n${source}`);
      }
    }),
    { numRuns: scale(400) },
  );
  expect(allowed).toBeGreaterThan(250);
});
