import type { Decision, EgressQuestion, RequestMessage } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { connection, open, policy, request, type TestPolicy } from '../testing/samples.ts';

const host = 'a.example.com';

function message(read: RequestMessage, path = '/x', extra: Partial<EgressQuestion> = {}): EgressQuestion {
  const method = read.protocol === 'websocket' ? 'GET' : 'POST';
  return request(method, host, path, {
    operation: { method, path, query: '', parameters: [], message: read },
    ...extra,
  });
}

function inspection({ obligations }: Decision): unknown {
  return obligations.find(({ kind }) => kind === 'inspect');
}

const call = (tool: string, values: Record<string, unknown> = {}): RequestMessage => ({
  protocol: 'mcp',
  method: 'tools/call',
  tool,
  arguments: values,
});
const mcp = (method: string): RequestMessage => ({ protocol: 'mcp', method, tool: null, arguments: {} });

const graphql = (type: 'query' | 'mutation', fields: string[], name: string | null = null): RequestMessage => ({
  protocol: 'graphql',
  type,
  name,
  fields,
  persisted: null,
});

test(
  verifies('policy.messages-decided', 'the head of a request is let through only to be read, message by message'),
  () => {
    const { decide } = policy(
      open(host, ', protocol: mcp, path: /mcp, tools: [{ name: search, allow: true }], mcp: { max_body_bytes: 10KiB }'),
    );
    expect(inspection(decide(connection(host)))).toEqual({ kind: 'inspect', tls: 'terminate', protocol: 'rest' });
    const head = decide(request('POST', host, '/mcp'));
    expect(head.kind).toBe('allow');
    expect(inspection(head)).toEqual({ kind: 'inspect', tls: 'terminate', protocol: 'mcp', bytes: 10_240 });
    expect(decide(request('POST', host, '/other')).reasons[0]?.code).toBe('no_rule');
    expect(decide(message(call('search'), '/mcp')).kind).toBe('allow');
    expect(inspection(decide(message(call('search'), '/mcp')))).toBeUndefined();
    expect(decide(message(call('delete'), '/mcp')).reasons[0]?.code).toBe('no_rule');
  },
);

test(verifies('policy.mcp-arguments', 'conditions on the arguments of a tool decide, and no answer is a no'), () => {
  const tools = `tools: [{ name: search, allow: true }, { name: create_ticket, ask: true, where: "args.priority != 'low'" }, { name: "delete*", deny: true, where: "args.force" }, { name: delete.repo, allow: true }]`;
  const { decide } = policy(open(host, `, protocol: mcp, ${tools}`));
  expect(decide(message(call('create_ticket', { priority: 'high' }))).kind).toBe('ask');
  expect(decide(message(call('create_ticket', { priority: 'low' }))).reasons[0]?.code).toBe('no_rule');
  expect(decide(message(call('create_ticket'))).reasons[0]).toMatchObject({
    code: 'condition',
    text: expect.stringContaining('tools[1]'),
  });
  expect(decide(message(call('delete.repo', { force: false }))).kind).toBe('allow');
  expect(decide(message(call('delete.repo', { force: true }))).reasons[0]?.code).toBe('explicit_deny');
  expect(decide(message(call('delete.repo'))).reasons[0]?.code).toBe('explicit_deny');
});

test.each([
  [
    'tools: [{ name: search, allow: true }]',
    ['initialize', 'tools/list', 'session/end'],
    ['resources/read', 'tools/call'],
  ],
  ['rules: [{ allow: { method: "resources/*" } }]', ['resources/read', 'session/listen'], ['initialize', 'tools/list']],
  ['mcp: { allow_all_known_mcp_methods: true }', ['initialize', 'resources/read', 'tools/call'], ['made/up']],
  ['mcp: { allow_all_known_mcp_methods: true }, tools: [{ name: a, allow: true }]', ['resources/read'], ['tools/call']],
])(verifies('policy.messages-decided', 'MCP with %s allows %s and not %s'), (rules, allowed, denied) => {
  const { decide } = policy(open(host, `, protocol: mcp, ${rules}`));
  for (const method of allowed) expect(decide(message(mcp(method))).kind, method).toBe('allow');
  for (const method of denied) expect(decide(message(mcp(method))).kind, method).toBe('deny');
});

test(
  verifies('policy.messages-decided', 'GraphQL is decided by type, name and root fields, and what an id stands for'),
  () => {
    const rules =
      'rules: [{ allow: { operation_type: query, fields: ["issue*", viewer] } }], deny_rules: [{ operation_type: "*", fields: [issueSecrets] }]';
    const registry =
      'persisted_queries: allow_registered, graphql_persisted_queries: { abc: { operation_type: query, fields: [viewer] }, def: { operation_type: mutation, fields: [drop] } }';
    const { decide } = policy(open(host, `, protocol: graphql, ${rules}, ${registry}`));
    expect(decide(message(graphql('query', ['issues', 'viewer']))).kind).toBe('allow');
    expect(decide(message(graphql('query', ['issues', 'secrets']))).kind).toBe('deny');
    expect(decide(message(graphql('query', []))).kind).toBe('deny');
    expect(decide(message(graphql('mutation', ['issues']))).kind).toBe('deny');
    expect(decide(message(graphql('query', ['issueSecrets']))).reasons[0]?.code).toBe('explicit_deny');
    const persisted = (id: string): RequestMessage => ({
      protocol: 'graphql',
      type: null,
      name: null,
      fields: [],
      persisted: id,
    });
    expect(decide(message(persisted('abc'))).kind).toBe('allow');
    expect(decide(message(persisted('def'))).reasons[0]?.code).toBe('no_rule');
    expect(decide(message(persisted('constructor'))).reasons[0]?.code).toBe('explicit_deny');
  },
);

test(verifies('policy.messages-decided', 'a WebSocket is a GET, and its messages are asked about one by one'), () => {
  const { decide } = policy(open(host, ', protocol: websocket, access: read-write'));
  expect(inspection(decide(request('GET', host, '/ws')))).toMatchObject({ protocol: 'websocket' });
  expect(decide(request('POST', host, '/ws')).kind).toBe('deny');
  expect(decide(message({ protocol: 'websocket', frame: 'text' })).kind).toBe('allow');
  expect(decide(message({ protocol: 'websocket', frame: 'binary' })).kind).toBe('deny');
  const overSocket = policy(
    open(
      host,
      ', protocol: websocket, rules: [{ allow: { method: GET, path: /ws } }, { allow: { operation_type: subscription } }]',
    ),
  );
  expect(inspection(overSocket.decide(request('GET', host, '/ws')))).toMatchObject({ protocol: 'graphql-websocket' });
  expect(overSocket.decide(message({ ...graphql('query', ['a']), type: 'subscription' } as RequestMessage)).kind).toBe(
    'allow',
  );
  expect(overSocket.decide(message(graphql('query', ['a']))).kind).toBe('deny');
  expect(overSocket.decide(message({ protocol: 'websocket', frame: 'text' })).kind).toBe('deny');
});

test(
  verifies('policy.messages-decided', 'JSON-RPC and A2A by method and parameters, gRPC by service and method'),
  () => {
    const rpc = policy(
      open(host, ', protocol: json-rpc, rules: [{ allow: { method: "eth_get*", where: "size(args) < 3" } }]'),
    );
    expect(rpc.decide(message({ protocol: 'json-rpc', method: 'eth_getBalance', params: ['a'] })).kind).toBe('allow');
    expect(rpc.decide(message({ protocol: 'json-rpc', method: 'eth_getBalance', params: ['a', 'b', 'c'] })).kind).toBe(
      'deny',
    );
    expect(rpc.decide(message({ protocol: 'json-rpc', method: 'eth_send', params: [] })).kind).toBe('deny');
    expect(rpc.decide(message({ protocol: 'a2a', method: 'eth_getBalance', params: [] })).reasons[0]?.code).toBe(
      'default',
    );
    const grpc = policy(open(host, ', protocol: grpc, rules: [{ allow: { service: "shop.*", method: "Get*" } }]'));
    expect(grpc.decide(message({ protocol: 'grpc', service: 'shop.v1.Orders', method: 'GetOne' })).kind).toBe('allow');
    expect(grpc.decide(message({ protocol: 'grpc', service: 'shop.v1.Orders', method: 'Drop' })).kind).toBe('deny');
    expect(grpc.decide(message({ protocol: 'grpc', service: 'bank.Orders', method: 'GetOne' })).kind).toBe('deny');
  },
);

test(
  verifies(
    'policy.deny-across-paths',
    'the most specific path decides, and what is forbidden under any other path stays forbidden',
  ),
  () => {
    const endpoints = `network_policies: { api: { endpoints: [
    { host: ${host}, port: 443, access: full, deny_rules: [{ method: DELETE, path: "/**" }] },
    { host: ${host}, port: 443, path: "/admin/**", protocol: rest, access: read-only } ] } }`;
    const { decide } = policy(endpoints);
    expect(decide(request('POST', host, '/v1')).kind).toBe('allow');
    expect(decide(request('POST', host, '/admin/x')).reasons[0]?.code).toBe('no_rule');
    expect(decide(request('GET', host, '/admin/x')).kind).toBe('allow');
    expect(decide(request('DELETE', host, '/admin/x')).reasons[0]?.code).toBe('explicit_deny');
  },
);

test(
  verifies(
    'policy.deny-across-paths',
    'a forbidden tool is looked for where another rule would not even read the request',
  ),
  () => {
    const ceiling = open(
      host,
      ', protocol: mcp, rules: [{ allow: { method: "*" } }], deny_rules: [{ tool: "delete*" }]',
    );
    const { decide } = policy(open(host, ', access: full'), ceiling);
    expect(inspection(decide(request('POST', host, '/x')))).toMatchObject({ protocol: 'mcp' });
    expect(decide(message(call('search'))).kind).toBe('allow');
    expect(decide(message(call('delete.repo'))).reasons[0]?.code).toBe('explicit_deny');
    const disagreeing = policy(open(host, ', protocol: graphql, access: full'), ceiling);
    expect(disagreeing.decide(request('POST', host, '/x')).kind).toBe('deny');
    expect(disagreeing.decide(message(call('search'))).kind).toBe('deny');
  },
);

test(
  verifies(
    'policy.query-matched',
    'to allow, all values of a key must match; to forbid, one; an unreadable query is a no',
  ),
  () => {
    const { decide } = policy(
      open(
        host,
        ', rules: [{ allow: { method: GET, path: /a, query: { team: { any: ["blue*", red] } } } }, { allow: { method: GET, path: /b } }], deny_rules: [{ method: "*", path: /b, query: { admin: "*" } }]',
      ),
    );
    const ask = (path: string, query: string): string =>
      decide(request('GET', host, path, { operation: { method: 'GET', path, query, parameters: [] } })).kind;
    expect(ask('/a', 'team=blue1&x=y')).toBe('allow');
    expect(ask('/a', 'team=%62lue&team=red')).toBe('allow');
    expect(ask('/a', 'team=blue&team=green')).toBe('deny');
    expect(ask('/a', 'team=blue&Team=green')).toBe('deny');
    expect(ask('/a', '')).toBe('deny');
    expect(ask('/a', 'team=%zz')).toBe('deny');
    expect(ask('/a', 'team=blue&team[]=green')).toBe('deny');
    expect(ask('/a', 'team=blue&x=1;team=green')).toBe('deny');
    expect(ask('/a', 'team=blue%3Bx&teams[]=y')).toBe('allow');
    expect(ask('/b', 'x=1&Admin%5B0%5D=1')).toBe('deny');
    expect(ask('/b', 'x=1;admin=1')).toBe('deny');
    expect(ask('/b', 'x=1')).toBe('allow');
    expect(ask('/b', 'x=1&admin')).toBe('deny');
    expect(ask('/b', 'ADMIN=1')).toBe('deny');
    expect(ask('/b', 'x=%ff')).toBe('deny');
  },
);

test(
  verifies('policy.deny-across-paths', 'a more specific endpoint hides nothing that a wildcard forbids in requests'),
  () => {
    const endpoints = `network_policies: { api: { endpoints: [
    { host: "*.example.com", port: 443, protocol: mcp, rules: [{ allow: { method: "*" } }], deny_rules: [{ tool: "delete*" }] },
    { host: ${host}, port: 443, access: full } ] } }`;
    const { decide } = policy(endpoints);
    const head = decide(request('POST', host, '/x'));
    expect(inspection(head)).toMatchObject({ protocol: 'mcp' });
    // Nothing has left yet: what the endpoint owes comes with the messages.
    expect(head.obligations.map(({ kind }) => kind)).toEqual(['inspect', 'record']);
    expect(decide(message(call('search'))).kind).toBe('allow');
    expect(decide(message(call('delete.repo'))).reasons[0]?.code).toBe('explicit_deny');
  },
);

test(verifies('policy.encoded-slash', 'only the endpoint that is selected lets an encoded slash through'), () => {
  const endpoints = `network_policies: { api: { endpoints: [
    { host: ${host}, port: 443, access: full },
    { host: ${host}, port: 443, path: "/packages/**", protocol: rest, access: full, allow_encoded_slash: true } ] } }`;
  const { decide } = policy(endpoints);
  expect(decide(request('GET', host, '/packages/@a%2Fb')).kind).toBe('allow');
  expect(decide(request('GET', host, '/other/@a%2Fb')).reasons[0]?.code).toBe('hard_block');
});

test(
  verifies('policy.forbidden-data', 'data with a forbidden label does not leave, and detectors are asked for the rest'),
  () => {
    const { decide } = policy(open(host, ', access: full, request: { forbid: [secret, pii] }'));
    const secret = { integrity: 'local', confidentiality: 'secret', readers: null, sources: [] } as const;
    expect(decide(request('GET', host, '/', { data: { ...secret, sources: [] } })).reasons[0]?.code).toBe(
      'explicit_deny',
    );
    expect(decide(request('GET', host, '/')).obligations).toContainEqual({
      kind: 'forbid',
      direction: 'request',
      contents: ['secret', 'pii'],
    });
  },
);

function learning(more = ''): TestPolicy {
  return policy(`mode: learn\nlearn: { operator: ops, expires: "2026-11-22T12:00:01Z" }\n${more}`, more);
}

test(
  verifies(
    'policy.learning-lifts-nothing',
    'learning lets through what no rule allows, and lifts no ceiling, block or denial',
  ),
  () => {
    const learnt = learning().decide(request('POST', host, '/a'));
    expect(learnt).toMatchObject({ kind: 'allow', reasons: [{ code: 'default' }] });
    expect(learnt.obligations).toContainEqual({ kind: 'propose' });
    expect(inspection(learning().decide(connection(host)))).toMatchObject({ protocol: 'rest' });
    expect(learning().decide(request('GET', 'localhost', '/')).kind).toBe('deny');
    const bounded = learning(
      open(
        'b.example.com',
        ', access: full, deny_rules: [{ method: "*", path: /no }], credential_binding: { provider: shop }',
      ),
    );
    expect(bounded.decide(request('GET', host, '/a')).reasons[0]?.code).toBe('beyond_ceiling');
    expect(bounded.decide(request('GET', 'b.example.com', '/no')).reasons[0]?.code).toBe('explicit_deny');
    const credentialed = policy(
      `mode: learn\nlearn: { operator: ops, expires: "2026-11-22T12:00:01Z" }\n${open(host, ', access: read-only, credential_binding: { provider: shop }')}`,
    );
    const kinds = (method: string): readonly string[] =>
      credentialed.decide(request(method, host, '/')).obligations.map(({ kind }) => kind);
    expect(kinds('GET')).toContain('credential');
    expect(kinds('POST')).toContain('propose');
    expect(kinds('POST')).not.toContain('credential');
    const over = policy('mode: learn\nlearn: { operator: ops, expires: "2026-11-22T12:00:00Z" }');
    expect(over.decide(request('POST', host, '/a')).reasons[0]?.code).toBe('no_rule');
  },
);
