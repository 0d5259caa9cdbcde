import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy, differences, loadPolicy } from '../index.ts';

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

test(
  verifies('policy.never-ignored', 'what is not written in UTF-8 is refused at its line, and so is what nobody reads'),
  () => {
    // Read anyhow, this would forbid a path that no request has, and not the one that its author meant.
    const forbidding = Buffer.from(
      endpoint('{ host: a.example.com, port: 443, access: full, deny_rules: [{ method: "*", path: "/b\u00fccher" }] }'),
      'latin1',
    );
    expect(problems(forbidding.toString('utf8'))).toEqual([
      expect.stringMatching(/^5:\d+ This character is no UTF-8; save the document as UTF-8\.$/),
    ]);
    expect(problems(Buffer.from('version: 1\n', 'utf16le').toString('utf8'))).not.toEqual([]);
    expect(problems(`version: 1\nname: ${'['.repeat(9_000)}${']'.repeat(9_000)}\n`)).toEqual([
      expect.stringMatching(/^2:\d+ This is nested deeper than 64 times; write it flatter\.$/),
    ]);
  },
);

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
  ['{ host: a.example.com, port: 443, tls: skip, access: read-only }', 'leaves the requests unread'],
  ['{ host: a.example.com, port: 443, tls: terminate }', 'reads requests'],
  ['{ host: a.example.com, port: 443, access: full, rules: [{ allow: { method: GET, path: /a } }] }', 'not both'],
  ['{ host: a.example.com, port: 443, rules: [] }', 'empty list'],
  ['{ host: a.example.com, port: 443, access: full, deny_rules: [] }', 'empty list'],
  ['{ host: "", port: 443 }', 'every name'],
  ['{ host: a.example.com, port: 443, ports: [80] }', 'readers disagree'],
  ['{ host: a.example.com, port: 443, access: full, path: v1 }', 'starts with "/"'],
  ['{ host: a.example.com, port: 443, path: /v1, protocol: tcp }', 'needs requests that are read'],
  ['{ host: a.example.com, port: 443, protocol: tcp, response: { forbid: [pii] } }', 'where they are read'],
  ['{ host: a.example.com, port: 443, access: full, response: { forbid: [internal] } }', 'no such label'],
  ['{ host: a.example.com, port: 443, access: full, deny_rules: [{ method: GET }] }', 'Without `path`'],
  ['{ host: a.example.com, port: 443, rules: [{ allow: { path: /a } }] }', 'Without `method`'],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: "G T", path: /a } }] }',
    'not the name of an HTTP method',
  ],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: /a, operation_type: query } }] }',
    'belongs to `protocol: graphql`',
  ],
  ['{ host: a.example.com, port: 443, protocol: mcp, access: full }', 'has no meaning under `protocol: mcp`'],
  ['{ host: a.example.com, port: 443, protocol: mcp, rules: [{ allow: { method: ping, tool: a } }] }', 'names a tool'],
  ['{ host: a.example.com, port: 443, protocol: mcp, rules: [{ allow: {} }] }', 'about nothing'],
  ['{ host: a.example.com, port: 443, protocol: mcp, tools: [{ name: a, allow: true, where: "1" }] }', 'true or false'],
  ['{ host: a.example.com, port: 443, access: full, mcp: {} }', 'belongs to `protocol: mcp`'],
  ['{ host: a.example.com, port: 443, access: full, credential_signing: sigv4 }', 'signing_service'],
  ['{ host: a.example.com, port: 443, access: full, signing_region: x }', 'means nothing without'],
  ['{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: /v** } }] }', 'segment of its own'],
  ['{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: v1 } }] }', 'starts with "/"'],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: /a }, destination: [account] }] }',
    'JSON pointer',
  ],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: /a }, destination: [/a~2b] }] }',
    'JSON pointer',
  ],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: PUT, path: /a }, inverse: { method: "DE LETE", path: /a } }] }',
    'not the name of an HTTP method',
  ],
  [
    '{ host: a.example.com, port: 443, rules: [{ allow: { method: PUT, path: /a }, inverse: { method: PUT, path: a } }] }',
    'starts with "/"',
  ],
  ['{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: "/[a]" } }] }', 'means nothing here'],
  ['{ host: a.example.com, port: 443, allowed_ips: [300.1.1.1] }', 'no block of addresses'],
  ['{ host: a.example.com, port: 443, allowed_ips: [93.184.215.14/33] }', 'no block of addresses'],
  ['{ host: a.example.com, port: 443, allowed_ips: [93.184.215.14/08] }', 'no block of addresses'],
  ['{ host: a.example.com, port: 443, allowed_ips: ["2606:4700:0::1/129"] }', 'no block of addresses'],
  ['{ host: a.example.com, port: 443, allowed_ips: [somewhere] }', 'no block of addresses'],
  ['{ host: a.example.com, port: 443, request: { max_bytes: 1e400 } }', 'write a size'],
  [
    '{ host: a.example.com, port: 443, protocol: mcp, tools: [{ name: a, allow: true }], pin_tool_descriptions: clozed }',
    'write `true`, `false` or `closed`',
  ],
])('%s does not make sense', (text, words) => {
  expect(problems(endpoint(text)).join('\n')).toContain(words);
});

test.each(['{/usr/bin/a,node}', 'node', 'usr/bin/*', '{/a,}'])('an executable is not at %s', (path) => {
  const source = `${endpoint('{ host: a.example.com, port: 443 }')}    binaries: [{ path: "${path}" }]\n`;
  expect(problems(source)).toEqual([expect.stringMatching(/^6:\d+ An executable is an absolute path/)]);
});

test.each(['**', '/usr/bin/{node,git}', '{/usr,/opt}/bin/*', '/opt/**', '/usr/lib/..data/x', '{**,/usr/bin/node}'])(
  'executables may be at %s',
  (path) => {
    expect(problems(`${endpoint('{ host: a.example.com, port: 443 }')}    binaries: [{ path: "${path}" }]\n`)).toEqual(
      [],
    );
  },
);

test.each(['93.184.215.14', '93.184.215.0/24', '10.0.0.0/8', '2606:4700::/32', '0.0.0.0/0'])(
  'addresses may be %s',
  (entry) => {
    expect(problems(endpoint(`{ host: a.example.com, port: 443, allowed_ips: ["${entry}"] }`))).toEqual([]);
  },
);

test(verifies('policy.typo-names-line', 'the head of a preset has keys of its own'), () => {
  const preset = (head: string): readonly string[] =>
    problems(`preset: ${head}\nnetwork_policies: { a: { endpoints: [{ host: a.example.com, port: 443 }] } }\n`);
  expect(preset('{ name: shop }')).toEqual([]);
  expect(preset('{ nam: shop }')).toContain('1:11 `nam` is not a key here; did you mean `name` (line 1)?');
  expect(preset('{ name: shop, zone: eu }')).toEqual([
    '1:23 `zone` is not a key here (line 1); known are name, description.',
  ]);
  expect(preset('{ name: shop }\nflows: []')).toEqual([
    '2:1 `flows` is not a key here (line 2); known are preset, network_policies.',
  ]);
});

test('endpoints that disagree about the same host and port are refused', () => {
  const source =
    'version: 1\nnetwork_policies:\n  a:\n    endpoints:\n      - { host: "{x,y}.example.com", port: 443 }\n  b:\n    endpoints:\n      - { host: y.example.com, ports: [80, 443], access: full }\n';
  expect(problems(source)).toEqual([
    '8:9 y.example.com:443 is read request by request here and let through unread (tcp) in network_policies.a.endpoints[0]; make them agree. (line 5)',
  ]);
});

test('faults of YAML are problems: doubled keys, tags, broken syntax, alias bombs, nothing at all', () => {
  expect(problems('version: 1\nflows: []\nflows: []\n')).toEqual([
    '3:1 This key stands here twice; only one can count.',
  ]);
  expect(problems('version: !!js/function 1\n')).toHaveLength(1);
  expect(problems('version: [1\n').length).toBeGreaterThan(0);
  expect(problems('version: 1\n---\nversion: 1\n')).toEqual([
    '2:1 A second document begins here (`---`); write each in a file of its own.',
  ]);
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
    notes: [{ line: 6, message: expect.stringContaining('loads as `enforce`') }],
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

test('a preset file of NemoClaw loads, with what its author should know', () => {
  const source = [
    'preset: { name: packages, description: A registry }',
    'network_policies:',
    '  registry:',
    '    endpoints:',
    '      - { host: registry.example.com, port: 443, access: full, tls: skip }',
    '      - { host: "*.example.com", port: 443, protocol: rest, enforcement: enforce, tls: passthrough, access: full }',
    '',
  ].join('\n');
  const loaded = loadPolicy(source, 'p');
  expect(loaded).toMatchObject({ kind: 'ok', document: { version: 1, name: 'packages' } });
  const notes = loaded.kind === 'ok' ? loaded.notes.map(({ line, message }) => `${line} ${message}`) : [];
  expect(notes).toEqual([
    expect.stringMatching(/^3 .*open to every program/),
    expect.stringMatching(/^5 .*without `enforcement`/),
    expect.stringMatching(/^5 .*lets every byte through unread/),
    expect.stringMatching(/^6 .*most specific host/),
    expect.stringMatching(/^6 .*`tls: passthrough`/),
  ]);
});

test(
  verifies('policy.differences-named', 'a document of OpenShell loads whole, and says where it is read differently'),
  () => {
    const source = [
      'version: 1',
      'filesystem_policy: { include_workdir: true, read_only: [/usr, /etc], read_write: [/tmp] }',
      'landlock: { compatibility: best_effort }',
      'process: { run_as_user: sandbox, run_as_group: "1000" }',
      'network_policies:',
      '  code_host:',
      '    name: code-host',
      '    endpoints:',
      '      - host: api.example.com',
      '        port: 443',
      '        protocol: graphql',
      '        path: /graphql',
      '        enforcement: audit',
      '        persisted_queries: allow_registered',
      '        graphql_persisted_queries: { abc: { operation_type: query, fields: [viewer] } }',
      '        rules: [{ allow: { operation_type: query, fields: ["repo*"] } }]',
      '        deny_rules: [{ operation_type: mutation }]',
      '      - { host: ws.example.com, port: 443, protocol: websocket, enforcement: enforce, access: read-write, websocket_credential_rewrite: true }',
      '      - { host: tools.example.com, port: 443, protocol: mcp, enforcement: enforce, mcp: { allow_all_known_mcp_methods: true }, rules: [{ allow: {} }] }',
      '      - { host: rpc.example.com, port: 443, protocol: json-rpc, enforcement: enforce, json_rpc: { max_body_bytes: 1000 }, rules: [{ allow: { method: get } }] }',
      '      - { host: db.example.com, port: 5432, protocol: tcp, enforcement: enforce, allowed_ips: [10.0.0.0/8] }',
      '      - { host: s3.example.com, ports: [443], enforcement: enforce, credential_signing: "sigv4:body", signing_service: s3, access: full, allow_encoded_slash: true, websocket_credential_rewrite: true }',
      '    binaries: [{ path: /usr/bin/curl, harness: false }]',
      'network_middlewares:',
      '  redact: { middleware: openshell/regex, order: 1, config: { mode: redact }, on_error: fail_open, endpoints: { include: ["*.example.com"] } }',
      '',
    ].join('\n');
    const loaded = loadPolicy(source, 'p');
    if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
    const said = new Set(loaded.notes.map(({ message }) => message));
    const named = differences.filter(({ note }) => said.has(note)).map(({ name }) => name);
    expect(named).toEqual([
      'audit-enforces',
      'landlock-hard',
      'static-sections',
      'own-places',
      'middleware-closed',
      'regex-knows-more',
      'harness-ignored',
      'rules-read',
      'private-addresses',
      'names-have-no-dots',
      'binary-messages',
      'websocket-by-protocol',
    ]);
  },
);

test.each([
  [
    'middleware: company/scanner',
    'There is no middleware "company/scanner"; this version has `openshell/regex` and `clawhold/redact`.',
  ],
  ['middleware: openshell/regex', 'config'],
  ['middleware: openshell/regex, config: { mode: block }', '{ mode: redact }'],
  ['middleware: clawhold/redact, config: { kinds: [names] }', 'kinds'],
  ['middleware: clawhold/redact, config: { kinds: [pii], more: 1 }', 'kinds'],
])(verifies('policy.never-ignored', 'a middleware that nobody has is refused: %s'), (text, words) => {
  const source = `version: 1\nnetwork_middlewares: { a: { ${text}, endpoints: { include: [a.example.com] } } }\n`;
  expect(problems(source).join('\n')).toContain(words);
  expect(problems(source.replace(text, 'middleware: clawhold/redact, config: { kinds: [pii] }'))).toEqual([]);
});

test.each([
  [
    'network policy',
    (name: string) => endpoint('{ host: a.example.com, port: 443, access: full }').replace('api', name),
    3,
  ],
  [
    'query matcher',
    (name: string) =>
      endpoint(
        `{ host: a.example.com, port: 443, rules: [{ allow: { method: GET, path: /a, query: { ${name}: only } } }] }`,
      ),
    5,
  ],
  ['service', (name: string) => `version: 1\nservices:\n  ${name}: { port: 90 }\n`, 3],
  [
    'middleware',
    (name: string) =>
      `version: 1\nnetwork_middlewares:\n  ${name}: { middleware: clawhold/redact, config: { kinds: [pii] }, endpoints: { include: [a.example.com] } }\n`,
    3,
  ],
  ['quoted name', (name: string) => `version: 1\nservices: { "${name}": { port: 90 } }\n`, 2],
] as const)(
  verifies('policy.never-ignored', 'a name that no object keeps is refused where it stands: %s'),
  (_, source, line) => {
    const result = loadPolicy(source('__proto__'), 'p.yaml');
    expect(result).toMatchObject({
      kind: 'invalid',
      problems: [{ line, message: expect.stringContaining('another name') }],
    });
    expect(problems(source('held')).join('\n')).not.toContain('another name');
  },
);

test.each([
  ['approvals: { expire: 0s }'],
  ['approvals: { expire: 99999999999999999d }'],
  ['budgets: { tokens: 99999999999999999999G/run }'],
  [
    `network_policies: { a: { endpoints: [{ host: a.example.com, port: 443, access: full, request: { max_bytes: 99999999999GiB } }] } }`,
  ],
])(verifies('policy.never-ignored', 'an amount that can not be kept is refused: %s'), (text) => {
  expect(problems(`version: 1\n${text}\n`).join('\n')).toContain('write a');
});

test('every named difference has a name of its own, and a sentence', () => {
  expect(new Set(differences.map(({ name }) => name)).size).toBe(differences.length);
  for (const { note } of differences) expect(note).toMatch(/^[A-Z`].*\.$/);
});
