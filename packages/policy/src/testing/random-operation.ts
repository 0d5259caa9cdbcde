import type { EgressQuestion, RequestMessage } from '@clawhold/spec';
import fc from 'fast-check';
import { from } from './choice.ts';

type Operation = Omit<NonNullable<EgressQuestion['operation']>, 'parameters'>;

/** Who is spoken to, and what is said. */
export interface Conversation {
  readonly host: string;
  readonly port: number;
  readonly scheme: EgressQuestion['scheme'];
  readonly operation: Operation | undefined;
}

const hosts = [
  ...Array.from({ length: 20 }, () => 'a.example.com'),
  'b.example.com',
  'x.b.example.com',
  'example.com',
  'finance.local',
  '93.184.216.34',
  '10.0.0.1',
  'localhost',
  'B.example.com',
];

const paths = [
  '/',
  '/v1',
  '/v1/',
  '/v1/items',
  '/v1/items/7',
  '/payments',
  '/a.b',
  '/../x',
  '/.well-known/x',
  '/repos/a%2Fb',
  '/v1/users/1',
];
const queries = ['', '', 'q=a', 'q=ab&q=c', 'Q=b&limit=10', 'q=%zz', 'q=%61+', 'q[]=a&q%5B1%5D=c', 'x=1;q=a'];

const args = from<Record<string, unknown>>({}, { priority: 'low' }, { priority: 'high', list: [1, 2] }, { list: 'x' });
const graphql: fc.Arbitrary<RequestMessage> = fc.record({
  protocol: from('graphql' as const),
  type: from('query' as const, 'query' as const, 'mutation' as const, 'subscription' as const, null),
  name: from('GetIssue', 'Drop', null),
  fields: from(['issue'], ['issue', 'repository'], ['deleteRepo']),
  persisted: from('known', 'other', 'unknown', null),
});

interface Spoken {
  readonly method: string;
  readonly path: string;
  readonly message: fc.Arbitrary<RequestMessage>;
}

const spoken: readonly Spoken[] = [
  {
    method: 'GET',
    path: '/ws',
    message: fc.record({ protocol: from('websocket' as const), frame: from('text' as const, 'binary' as const) }),
  },
  { method: 'GET', path: '/ws/graphql', message: graphql },
  { method: 'POST', path: '/graphql', message: graphql },
  {
    method: 'POST',
    path: '/mcp',
    message: fc
      .record({
        method: from('tools/call', 'tools/call', 'tools/list', 'resources/read', 'session/end', 'sampling/other'),
        name: from('search', 'create_ticket', 'delete.repo'),
        arguments: args,
      })
      .map(({ method, name, arguments: values }) => ({
        protocol: 'mcp' as const,
        method,
        tool: method === 'tools/call' ? name : null,
        arguments: values,
      })),
  },
  {
    method: 'POST',
    path: '/rpc',
    message: fc.record({ protocol: from('json-rpc' as const), method: from('get', 'set.all', 'other'), params: args }),
  },
  {
    method: 'POST',
    path: '/a2a',
    message: fc.record({ protocol: from('a2a' as const), method: from('message/send', 'get', 'other'), params: args }),
  },
  {
    method: 'POST',
    path: '/shop.Orders/Get',
    message: fc.record({
      protocol: from('grpc' as const),
      service: from('shop.Orders', 'bank.Orders'),
      method: from('Get', 'GetAll', 'List', 'Drop'),
    }),
  },
];

/** A request of which only the head was read, with a path of plain HTTP. */
const request: fc.Arbitrary<Operation> = fc.record({
  method: from('GET', 'GET', 'HEAD', 'POST', 'DELETE', 'get'),
  path: from(...paths),
  query: from(...queries),
});

/** A message under the path where it belongs, its head alone, or a message where it does not belong. */
const message: fc.Arbitrary<Operation> = fc
  .tuple(
    from(...spoken),
    from('message', 'message', 'message', 'message', 'message', 'head', 'astray'),
    from(...spoken),
  )
  .chain(([{ method, path, message: own }, kind, other]) => {
    const head = { method, path, query: '' };
    if (kind === 'head') return fc.constant(head);
    return (kind === 'astray' ? other.message : own).map((read) => ({ ...head, message: read }));
  });

export const anyConversation: fc.Arbitrary<Conversation> = fc.record({
  host: from(...hosts),
  port: from(443, 443, 443, 80, 22),
  scheme: from<EgressQuestion['scheme']>('http', 'https', 'tcp'),
  operation: fc.option(fc.oneof({ weight: 2, arbitrary: request }, { weight: 5, arbitrary: message }), {
    freq: 8,
    nil: undefined,
  }),
});
