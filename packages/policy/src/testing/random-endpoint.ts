import { effects } from '@clawhold/spec';
import fc from 'fast-check';
import { from, maybe, present } from './choice.ts';

const hostPatterns = [
  ...Array.from({ length: 12 }, () => 'a.example.com'),
  'b.example.com',
  '*.example.com',
  '**.example.com',
  '{a,b}.example.com',
  '?.example.com',
  '*.b.example.com',
  'finance.local',
  '93.184.216.34',
  '10.0.0.1',
];
const pathPatterns = [
  '/**',
  '/v1/**',
  '/v1/*',
  '/v1/items',
  '/**/items',
  '/v1/**/7',
  '/payments',
  '/v1/{items,users}/?',
  '/*',
  '/',
  '**',
  '/.well-known/*',
  '/repos/*',
];
const binaryPatterns = ['/usr/bin/*', '/usr/bin/gh', '/**', '/opt/**'];

/** Where messages of each protocol are found, so that questions and endpoints meet. */
const pathsOfProtocols = {
  websocket: '/ws',
  'graphql-websocket': '/ws/graphql',
  graphql: '/graphql',
  mcp: '/mcp',
  'json-rpc': '/rpc',
  grpc: '/shop.Orders/**',
  a2a: '/a2a',
} as const;

const query = maybe(
  from<Record<string, unknown>>({ q: 'a*' }, { q: { any: ['a', 'b'] } }, { Q: { glob: '?' }, limit: '1*' }),
);
const httpTarget = (...methods: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record({ method: from(...methods), path: from(...pathPatterns), query }).map(present);
const restTarget = httpTarget('GET', 'GET', 'POST', '*', 'delete');
const socketTarget = httpTarget('GET', 'WEBSOCKET_TEXT', 'websocket_binary', '*').map(({ method }) => ({
  method,
  path: '/**',
}));
const graphqlTarget = fc
  .record({
    operation_type: from('query', 'mutation', 'subscription', '*'),
    operation_name: maybe(from('Get*', 'GetIssue', '*')),
    fields: maybe(from(['issue'], ['issue', 'repo*'], ['*'])),
  })
  .map(present);
const where = maybe(from("args.priority != 'low'", 'size(args.list) > 1', 'has(args.list)'));
const mcpTarget = fc.oneof(
  fc.record({ method: from('tools/call', 'resources/*', 'initialize', '*'), where }).map(present),
  fc.record({ tool: from<unknown>('search', 'create*', { any: ['search', 'delete.repo'] }), where }).map(present),
  fc.record({ method: from('tools/call'), params: from({ name: 'search' }) }),
);
const rpcTarget = fc.record({ method: from('get', 'set*', '*', 'message/*'), where }).map(present);
const grpcTarget = fc
  .record({ service: from('shop.Orders', 'shop.*', '*'), method: maybe(from('Get*', 'List', '*')) })
  .map(present);

const rule = (target: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(from('allow', 'allow', 'ask'), target, maybe(from(...effects)), fc.boolean())
    .map(([verdict, about, effect, inverse]) =>
      present({ [verdict]: about, effect, inverse: inverse ? { method: 'DELETE', path: '/v1/**' } : undefined }),
    );

type Rules = Record<string, unknown>;

const rulesAbout = (
  target: fc.Arbitrary<Record<string, unknown>>,
  accesses: readonly string[] = [],
  most = 4,
): fc.Arbitrary<Rules> =>
  fc
    .record({
      rules: fc.array(rule(target), { minLength: 1, maxLength: most }),
      access: accesses.length === 0 ? fc.constant(undefined) : maybe(from(...accesses)),
      deny_rules: maybe(fc.array(target, { minLength: 1, maxLength: 2 })),
    })
    .map(({ rules, access, deny_rules }) =>
      present(access === undefined ? { rules, deny_rules } : { access, deny_rules }),
    );

const accesses = ['read-only', 'read-write', 'full'];
const at = (protocol: keyof typeof pathsOfProtocols): fc.Arbitrary<{ protocol: string; path: string }> =>
  from({ protocol, path: pathsOfProtocols[protocol] });

const persisted = maybe(
  fc.constant({
    persisted_queries: 'allow_registered',
    graphql_persisted_queries: {
      known: { operation_type: 'query', operation_name: 'GetIssue', fields: ['issue'] },
      other: { operation_type: 'mutation' },
    },
  }),
);

const mcpTool = fc
  .tuple(from('allow', 'ask', 'deny'), from('search', 'create*', 'delete*'), where, maybe(from(...effects)))
  .map(([verdict, name, condition, effect]) => present({ name, [verdict]: true, where: condition, effect }));

const guards = fc.oneof(
  { weight: 6, arbitrary: rulesAbout(restTarget, accesses, 8) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(rulesAbout(restTarget, accesses), from('/v1/**', '/v1/items', '/repos/**', '/v1/{items,users}/?'))
      .map(([rules, path]): Rules => ({ ...rules, protocol: 'rest', path })),
  },
  { weight: 1, arbitrary: fc.constant<Rules>({ protocol: 'tcp' }) },
  { weight: 1, arbitrary: fc.constant<Rules>({ access: 'full', tls: 'skip' }) },
  { weight: 2, arbitrary: fc.tuple(at('websocket'), rulesAbout(socketTarget, accesses)).map(merge) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        from({ protocol: 'websocket', path: '/ws/graphql' }),
        rulesAbout(fc.oneof(graphqlTarget, from({ method: 'GET', path: '/**' }))),
        from({ deny_rules: [{ operation_type: 'mutation', operation_name: 'Drop' }] }),
      )
      .map(merge),
  },
  { weight: 3, arbitrary: fc.tuple(at('graphql'), rulesAbout(graphqlTarget, accesses), persisted).map(merge) },
  { weight: 2, arbitrary: fc.tuple(at('mcp'), rulesAbout(mcpTarget)).map(merge) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        at('mcp'),
        fc.array(mcpTool, { minLength: 1, maxLength: 3 }),
        maybe(fc.constantFrom(true, 'closed' as const)),
      )
      .map(([place, tools, pin]) => present({ ...place, tools, pin_tool_descriptions: pin })),
  },
  {
    weight: 1,
    arbitrary: at('mcp').map(
      (place): Rules => ({
        ...place,
        mcp: { allow_all_known_mcp_methods: true, max_body_bytes: 900, strict_tool_names: false },
      }),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(at('json-rpc'), rulesAbout(rpcTarget)).map(merge) },
  { weight: 2, arbitrary: fc.tuple(at('a2a'), rulesAbout(rpcTarget)).map(merge) },
  { weight: 2, arbitrary: fc.tuple(at('grpc'), rulesAbout(grpcTarget)).map(merge) },
);

function merge(parts: readonly unknown[]): Record<string, unknown> {
  return Object.assign({}, ...parts);
}

/** An endpoint of any protocol; some documents with several will not compile, because they disagree. */
const endpoint = fc
  .record({
    host: from(...hostPatterns),
    ports: fc.subarray([80, 443], { minLength: 1 }),
    guard: guards,
    slash: from(...Array.from({ length: 8 }, () => undefined), true),
    request: maybe(
      from(
        { max_bytes: 10 },
        { max_bytes: 1_000 },
        { max_bytes: 99 },
        { forbid: ['secret'] },
        { forbid: ['internal'] },
      ),
    ),
    response: maybe(
      from({ max_bytes: 20 }, { max_bytes: 2_000 }, { content_types: ['text/*'] }, { forbid: ['secret', 'pii'] }),
    ),
    label: from(...Array.from({ length: 8 }, () => undefined), 'local', 'external'),
    confidentiality: maybe(from('secret')),
    addresses: from(...Array.from({ length: 8 }, () => undefined), ['93.184.216.0/24', '10.0.0.0/8']),
    binding: from(...Array.from({ length: 8 }, () => undefined), { provider: 'shop' }),
  })
  .map(({ host, ports, guard, slash, request, response = {}, label, confidentiality, addresses, binding }) => {
    const unread = guard['protocol'] === 'tcp' || guard['tls'] === 'skip';
    return present({
      host,
      ports: unread ? [22] : ports,
      ...guard,
      ...(unread ? {} : { allow_encoded_slash: slash, credential_binding: binding }),
      request: unread ? undefined : request,
      response: unread ? undefined : present({ ...response, label, confidentiality }),
      allowed_ips: host === 'b.example.com' ? addresses : undefined,
    });
  });

/** One entry of `network_policies`. */
export const networkPolicy: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    fc.array(endpoint, { minLength: 1, maxLength: 6 }),
    fc.option(fc.subarray(binaryPatterns, { minLength: 1 }), { freq: 1, nil: undefined }),
  )
  .map(([endpoints, binaries]) => ({
    endpoints,
    ...(binaries === undefined ? {} : { binaries: binaries.map((path) => ({ path })) }),
  }));
