import {
  type Decision,
  type EgressQuestion,
  type InferenceQuestion,
  type Label,
  noUsage,
  type PolicyDocument,
  policyDocumentSchema,
  type Question,
  type ToolQuestion,
  type Usage,
} from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  compile,
  counterWindow,
  type Destinations,
  decide,
  describeQuestion,
  fileRules,
  type Layers,
  namedHosts,
  readDestinations,
  refusal,
  requestTerms,
  sentence,
} from './index.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const action = 'a'.repeat(64);
const granted: Usage = {
  spent: () => 0,
  grant: (asked) => ({
    id: 'grt_0123456789',
    approval: 'apr_0123456789',
    action: asked,
    expires: '2026-11-22T12:00:01Z',
  }),
};

function document(text: string): PolicyDocument {
  return policyDocumentSchema.parse({ version: 1, ...(parse(text) as object | null) });
}

/** Compiles texts, and answers questions. */
function policy(agent: string, ceiling = '', team?: string) {
  const compiled = compile({
    ceiling: document(ceiling),
    agent: document(agent),
    ...(team === undefined ? {} : { team: document(team) }),
  });
  if (compiled.kind === 'invalid') throw new Error(compiled.problems.map(({ message }) => message).join('\n'));
  const { snapshot } = compiled;
  return {
    snapshot,
    decide: (question: Question, usage: Usage = noUsage): Decision => decide(question, snapshot, usage, now),
  };
}

function label(integrity: Label['integrity'], file?: string): Label {
  return {
    integrity,
    confidentiality: 'internal',
    readers: null,
    sources: file === undefined ? [] : [{ kind: 'file', path: file }],
  };
}

function request(method: string, host: string, path: string, extra: Partial<EgressQuestion> = {}): EgressQuestion {
  return {
    kind: 'egress',
    caller: { agent: 'tour' },
    host,
    port: 443,
    scheme: 'https',
    operation: { method, path, query: '', parameters: [] },
    data: label('local'),
    ...extra,
  };
}

function connection(host: string, port = 443): EgressQuestion {
  return { kind: 'egress', caller: { agent: 'tour' }, host, port, scheme: 'tcp', data: label('local') };
}

const toolCall: ToolQuestion = {
  kind: 'tool',
  caller: { agent: 'tour' },
  phase: 'run',
  tool: 'file.read',
  effect: 'read',
  parameters: [],
};
const inference: InferenceQuestion = {
  kind: 'inference',
  caller: { agent: 'tour' },
  provider: 'openai',
  model: 'gpt',
  locality: 'remote',
  features: [],
  tokens: 10,
  data: label('local'),
};

function at(layers: Layers): readonly string[] {
  const compiled = compile(layers);
  if (compiled.kind === 'ok') return [];
  return compiled.problems.map(({ rule, message }) => `${rule.layer} ${rule.path}: ${message}`);
}

function services(text: string): PolicyDocument {
  return document(`services: { ${text} }`);
}

function spent(amount: number): Usage {
  return { spent: () => amount, grant: () => undefined };
}

function read(
  body: string,
  contentType = 'application/json',
  pointers: readonly string[] = ['/account'],
): Destinations {
  return readDestinations(pointers, { query: 'to=a&x=1', contentType, body: new TextEncoder().encode(body) });
}

function digest(agent: string, ceiling = ''): string {
  return policy(agent, ceiling).snapshot.digest;
}

const open = (host: string, rest = ''): string =>
  `network_policies: { api: { endpoints: [{ host: ${host}, port: 443${rest} }] } }`;

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

test(verifies('policy.services-in-ceiling', "services are the ceiling's alone and keep clear of the platform"), () => {
  expect(at({ ceiling: document(''), agent: services('finance.local: { socket: finance.sock }') })).toEqual([
    'agent services: Only the ceiling may name host services; move `services` there.',
  ]);
  expect(
    at({ ceiling: services('finance.local: { port: 5432 }'), agent: document(''), platformPorts: [5432] }),
  ).toEqual([expect.stringContaining('Port 5432 belongs to the platform')]);
  for (const name of [
    'policy.local',
    'localhost',
    'inference.local',
    '"10.0.0.1"',
    'Finance.local',
    '"*.finance.local"',
  ])
    expect(at({ ceiling: services(`${name}: { port: 9000 }`), agent: document('') }), name).not.toEqual([]);
  const finance = policy(
    'network_policies: { f: { endpoints: [{ host: finance.local, port: 80, access: full }] } }',
    'services: { finance.local: { socket: finance.sock } }\nnetwork_policies: {}',
  );
  expect(finance.decide({ ...request('POST', 'finance.local', '/'), port: 80, scheme: 'http' })).toMatchObject({
    kind: 'allow',
    obligations: expect.arrayContaining([{ kind: 'service', name: 'finance.local' }]),
  });
  expect(finance.decide(connection('finance.local', 80)).obligations).toContainEqual({
    kind: 'inspect',
    tls: 'none',
    protocol: 'rest',
  });
});

const payments = `network_policies: { f: { endpoints: [{ host: finance.local, port: 80, rules: [{ allow: { method: POST, path: /payments }, destination: [/account] }] }] } }
flows: [{ ask: { from: { integrity: external }, to: { parameter: destination } } }]`;

function payment(account: Label): EgressQuestion {
  const parameters = [
    { name: '/account', role: 'destination' as const, value: 'DE89370400440532013000', label: account },
  ];
  return {
    ...request('POST', 'finance.local', '/payments'),
    port: 80,
    scheme: 'http',
    operation: { method: 'POST', path: '/payments', query: '', parameters },
    action,
  };
}

test(
  verifies('policy.flow-asks', 'a destination from outside needs a person, and the reason says where it was'),
  () => {
    const { decide: ask, snapshot } = policy(payments, 'services: { finance.local: { socket: finance.sock } }');
    expect(requestTerms(payment(label('local')), snapshot)).toEqual({
      destinations: ['/account'],
      effect: null,
      inverse: null,
    });
    expect(ask(payment(label('local'))).kind).toBe('allow');
    expect(ask(payment(label('external', 'invoices/INV-0031.txt')))).toMatchObject({
      kind: 'ask',
      reasons: [
        {
          code: 'flow',
          text: 'The destination "/account" (DE89370400440532013000) can only come from invoices/INV-0031.txt, which came from outside.',
        },
      ],
      obligations: [{ kind: 'record', durability: 'durable' }],
    });
    const many = { ...label('external'), sources: ['a', 'b', 'c'].map((path) => ({ kind: 'file' as const, path })) };
    expect(ask(payment(many)).reasons[0]?.text).toContain('it may come from a, b and 1 more');
    expect(
      ask({ ...toolCall, parameters: [{ name: 'url', role: 'destination', value: 'x', label: label('external') }] })
        .kind,
    ).toBe('ask');
  },
);

test('secret data does not reach a reader outside', () => {
  const { decide: ask } = policy(
    `${open('a.example.com', ', access: full')}\nflows: [{ deny: { from: { confidentiality: secret }, to: { reader: external } } }]`,
  );
  const secret = { ...label('local'), confidentiality: 'secret' as const };
  expect(ask(request('POST', 'a.example.com', '/', { data: secret }))).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'flow' }],
  });
  expect(ask(request('POST', 'a.example.com', '/')).kind).toBe('allow');
  expect(ask({ ...inference, data: secret }).kind).toBe('deny');
  expect(ask({ ...inference, data: secret, locality: 'local' }).kind).toBe('allow');
});

test(
  verifies(
    'policy.grant-never-lifts-deny',
    'a grant answers what is asked, for its action, while it lives, and lifts no deny',
  ),
  () => {
    const { decide: ask } = policy(payments, 'services: { finance.local: { socket: finance.sock } }');
    const question = payment(label('external'));
    expect(ask(question, granted)).toMatchObject({
      kind: 'allow',
      reasons: [{ code: 'grant' }, { code: 'flow' }],
      rules: [{ layer: 'grant', path: 'apr_0123456789' }, { layer: 'agent' }],
      obligations: expect.arrayContaining([
        { kind: 'consume_grant', grant: 'grt_0123456789' },
        { kind: 'record', durability: 'durable' },
      ]),
    });
    const grant = granted.grant(action);
    if (grant === undefined) throw new Error('the sample grants');
    expect(ask(question, { ...granted, grant: () => ({ ...grant, expires: '2026-11-22T12:00:00Z' }) }).kind).toBe(
      'ask',
    );
    expect(ask(question, { ...granted, grant: () => ({ ...grant, action: 'b'.repeat(64) }) }).kind).toBe('ask');
    expect(ask({ ...question, host: 'elsewhere.example.com' }, granted).kind).toBe('deny');
    expect(
      ask({ ...question, operation: { method: 'DELETE', path: '/payments', query: '', parameters: [] } }, granted).kind,
    ).toBe('deny');
    const denied = policy('tools: [{ match: "*", decision: deny }]');
    expect(denied.decide({ ...toolCall, action }, granted).kind).toBe('deny');
    const proposed = policy('tools: [{ match: "*", decision: ask }]');
    expect(proposed.decide({ ...toolCall, phase: 'proposed', action }, granted).kind).toBe('ask');
    expect(proposed.decide({ ...toolCall, action }, granted).kind).toBe('allow');
  },
);

test(verifies('policy.budgets-hold', 'budgets and bursts reserve what is left, then deny or ask'), () => {
  const tokens = policy('budgets: { tokens: 100/run }');
  expect(tokens.decide({ ...inference, tokens: 40 }, spent(60)).obligations).toContainEqual({
    kind: 'reserve',
    counter: 'tokens/run',
    amount: 40,
    limit: 100,
  });
  expect(tokens.decide({ ...inference, tokens: 41 }, spent(60))).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'budget' }],
  });
  const bytes = policy(
    `${open('a.example.com', ', access: full, request: { max_bytes: 1000 }')}\nbudgets: { egress: 1500/run }`,
  );
  expect(bytes.decide(request('POST', 'a.example.com', '/'), spent(600)).obligations).toEqual(
    expect.arrayContaining([
      { kind: 'reserve', counter: 'egress/run', amount: 900, limit: 1_500 },
      { kind: 'cap', direction: 'request', bytes: 900 },
    ]),
  );
  expect(bytes.decide(request('POST', 'a.example.com', '/'), spent(1_500)).kind).toBe('deny');
  expect(policy('budgets: { wall: 10m }').decide(toolCall, spent(600)).kind).toBe('deny');
  const burst = policy('tools: [{ match: "file.*", burst: { max: 2, per: 10m, then: ask } }]');
  expect(burst.decide(toolCall, spent(1)).obligations).toContainEqual({
    kind: 'reserve',
    counter: 'burst/agent/tools[0]/600s',
    amount: 1,
    limit: 2,
  });
  expect(burst.decide(toolCall, spent(2))).toMatchObject({ kind: 'ask', reasons: [{ code: 'burst' }] });
  expect(counterWindow('burst/agent/tools[0]/600s')).toEqual({ kind: 'seconds', seconds: 600 });
  expect([counterWindow('tokens/day'), counterWindow('wall/run')]).toEqual([{ kind: 'day' }, { kind: 'run' }]);
});

test('a tool is allowed by default when it stays inside and can be taken back', () => {
  const { decide: ask } = policy('');
  const kinds = (['read', 'reversible', 'compensable', 'irreversible'] as const).map(
    (effect) => ask({ ...toolCall, effect }).kind,
  );
  expect(kinds).toEqual(['allow', 'allow', 'ask', 'ask']);
  expect(policy('tools: [{ match: "x*" }]').decide({ ...toolCall, tool: 'x.y', effect: 'irreversible' }).kind).toBe(
    'allow',
  );
});

test(verifies('policy.provider-features-denied', 'what a provider does by itself must be named'), () => {
  const hosted = { ...inference, features: ['hosted_tool' as const] };
  expect(policy('').decide(hosted)).toMatchObject({ kind: 'deny', reasons: [{ code: 'feature' }] });
  expect(policy('inference: { features: [hosted_tool] }').decide(hosted).kind).toBe('allow');
  expect(policy('inference: { features: [hosted_tool] }', 'inference: { features: [] }').decide(hosted).kind).toBe(
    'deny',
  );
});

test('rules for certain executables stay closed for unknown ones, and what is forbidden stays forbidden', () => {
  const { decide: ask } = policy(`network_policies:
  gh: { binaries: [{ path: /usr/bin/gh }], endpoints: [{ host: a.example.com, port: 443, access: full, deny_rules: [{ method: DELETE, path: "/**" }] }] }
  any: { endpoints: [{ host: "*.example.com", port: 443 }] }`);
  const from = (executable: string | undefined, method: string) =>
    ask(
      request(method, 'a.example.com', '/', {
        caller: executable === undefined ? { agent: 'a' } : { agent: 'a', executable },
      }),
    );
  expect(from('/usr/bin/gh', 'GET').rules[0]?.path).toBe('network_policies.gh.endpoints[0].access');
  expect(from(undefined, 'GET').rules[0]?.path).toBe('network_policies.any.endpoints[0]');
  expect(from(undefined, 'DELETE').kind).toBe('deny');
  expect(from('/usr/bin/curl', 'DELETE').kind).toBe('allow');
});

test(verifies('policy.destinations-read', 'a destination that cannot be read for sure is refused'), () => {
  expect(read('{"account":"DE89"}')).toEqual({ kind: 'ok', values: [{ name: '/account', value: 'DE89' }] });
  expect(read('{"account":{"iban":"DE89","bank":7}}')).toMatchObject({ values: [{ value: 'DE89' }, { value: '7' }] });
  expect(read('{"a/b":{"~":["x"]}}', 'application/json; charset=utf-8', ['/a~1b/~0/0'])).toMatchObject({
    values: [{ value: 'x' }],
  });
  expect(read('{}')).toEqual({ kind: 'ok', values: [] });
  expect(read('', '', ['query:to'])).toEqual({ kind: 'ok', values: [{ name: 'query:to', value: 'a' }] });
  for (const [body, type] of [
    ['{"account":"DE89","account":"GB33"}', 'application/json'],
    ['{"account":"DE89","\\u0061ccount":"GB33"}', 'application/json'],
    ['account=GB33', 'application/x-www-form-urlencoded'],
    ['{"account":"GB33"}', 'text/plain'],
    ['{"account":', 'application/json'],
    ['\ufeff{"account":"GB33"}', 'application/json'],
    ['['.repeat(100) + ']'.repeat(100), 'application/json'],
  ] as const)
    expect(read(body, type).kind, body.slice(0, 40)).toBe('refused');
  expect(readDestinations(['query:to'], { query: 'to=a&to=b', contentType: '', body: new Uint8Array() }).kind).toBe(
    'refused',
  );
  expect(
    readDestinations(['/a'], { query: '', contentType: 'application/json', body: new Uint8Array([0x7b, 0xff, 0x7d]) })
      .kind,
  ).toBe('refused');
});

test(verifies('policy.explains', 'a refusal speaks to the agent, a sentence to the person'), () => {
  const { decide: ask } = policy('');
  const question = connection('docs-backup.example.net');
  const decision = ask(question);
  expect(refusal(question, decision, 'prp_1')).toEqual({
    error: 'policy_denied',
    asked: { kind: 'egress', what: 'docs-backup.example.net:443' },
    reasons: decision.reasons,
    rules: [],
    next: expect.stringContaining('operator'),
    proposal: 'prp_1',
  });
  expect(sentence(question, decision)).toBe(
    'docs-backup.example.net:443 was refused: No rule allows docs-backup.example.net:443. To allow it, add { host: docs-backup.example.net, port: 443 } to the agent\'s network_policies and run "clawhold policy check FILE"; that opens every byte to and from that host.',
  );
  expect(describeQuestion(inference)).toBe('openai/gpt');
  expect(refusal(connection('10.0.0.1'), ask(connection('10.0.0.1'))).next).toContain('No policy can allow this');
});

test('the snapshot says who wrote files and which hosts it names', () => {
  const { snapshot } = policy(
    'labels: { files: [{ path: "invoices/**", integrity: external }] }',
    'services: { finance.local: { port: 9000 } }',
    open('api.example.com'),
  );
  const rules = fileRules(snapshot);
  expect([rules.anyExternal, rules.integrityOf('invoices/a/b.txt'), rules.integrityOf('ledger/l.csv')]).toEqual([
    true,
    'external',
    'local',
  ]);
  expect(namedHosts(snapshot)).toEqual(['api.example.com', 'finance.local']);
  expect(Object.isFrozen(snapshot)).toBe(true);
});

test('the digest changes with the documents and not with the order of their keys', () => {
  expect(digest('tools: []\nflows: []')).toBe(digest('flows: []\ntools: []'));
  expect(
    new Set([
      digest(''),
      digest('tools: []'),
      digest('', 'tools: []'),
      digest('tools: [{ match: a }, { match: b }]'),
      digest('tools: [{ match: b }, { match: a }]'),
    ]).size,
  ).toBe(5);
});
