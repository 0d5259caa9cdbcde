import { createHash } from 'node:crypto';
import type { Inspector } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { readMessages } from './read-messages.ts';

interface Given {
  readonly method?: string;
  readonly query?: string;
  readonly type?: string;
  readonly more?: readonly (readonly [string, string])[];
}

function read(inspector: Inspector, body: unknown, { method = 'POST', query = '', type, more = [] }: Given = {}) {
  const fields = [['content-type', type ?? 'application/json'] as const, ...more].map(([name, value]) => ({
    name,
    value,
  }));
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readMessages(inspector, { method, path: '/', query, fields, body: bytes });
}

const messagesOf = (...given: Parameters<typeof read>) => {
  const result = read(...given);
  return result.kind === 'messages' ? result.list.map(({ message }) => message) : result.code;
};

const call = (tool: unknown, given?: unknown) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: tool, ...(given === undefined ? {} : { arguments: given }) },
});
const rpc = (method: string, params?: unknown) => ({ jsonrpc: '2.0', id: 'a', method, ...(params ? { params } : {}) });

test(verifies('egress.mcp', 'method, tool and arguments are read, and what a session does without a message'), () => {
  expect(messagesOf('mcp', call('search', { q: 'x' }))).toEqual([
    { protocol: 'mcp', method: 'tools/call', tool: 'search', arguments: { q: 'x' } },
  ]);
  expect(messagesOf('mcp', call('search'))).toMatchObject([{ tool: 'search', arguments: {} }]);
  expect(messagesOf('mcp', { jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject([
    { method: 'notifications/initialized', tool: null },
  ]);
  expect(messagesOf('mcp', { jsonrpc: '2.0', id: 1, result: { content: [] } })).toMatchObject([
    { method: 'session/response', tool: null },
  ]);
  expect(messagesOf('mcp', '', { method: 'GET' })).toMatchObject([{ method: 'session/listen' }]);
  expect(messagesOf('mcp', '', { method: 'DELETE' })).toMatchObject([{ method: 'session/end' }]);
  expect(messagesOf('mcp', [call('a'), call('b')])).toMatchObject([{ tool: 'a' }, { tool: 'b' }]);
});

test.each<[string, unknown, Given?]>([
  ['a tool that is no text', call(7)],
  ['no tool', rpc('tools/call', {})],
  ['a tool that does not show what it is', call('sеarch')],
  ['arguments that are a list', call('search', [])],
  ['`Name` beside nothing', rpc('tools/call', { Name: 'drop' })],
  ['`Arguments`', rpc('tools/call', { name: 'search', Arguments: { q: 1 } })],
  ['`Method`', { jsonrpc: '2.0', id: 1, Method: 'tools/call', params: { name: 'x' } }],
  ['`Params`', { jsonrpc: '2.0', id: 1, method: 'resources/read', Params: { uri: 'file:///x' } }],
  ['a key twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'],
  ['another version', { ...rpc('ping'), jsonrpc: '1.0' }],
  ['a call that is also an answer', { ...rpc('ping'), result: {} }],
  ['an answer with both endings', { jsonrpc: '2.0', id: 1, result: {}, error: {} }],
  ['a method of our own', rpc('session/response')],
  ['parameters that are a list', rpc('resources/read', [])],
  ['an empty batch', []],
  ['a batch with a number', [rpc('ping'), 7]],
  ['a large batch', Array.from({ length: 51 }, () => rpc('ping'))],
  ['a form', 'jsonrpc=2.0', { type: 'application/x-www-form-urlencoded' }],
  ['another charset', rpc('ping'), { type: 'application/json; charset=utf-16' }],
  ['a second parameter', rpc('ping'), { type: 'application/json; charset=utf-8; x=y' }],
  ['a compressed body', rpc('ping'), { more: [['content-encoding', 'gzip']] }],
  ['PUT', rpc('ping'), { method: 'PUT' }],
  ['a field that names another method', rpc('ping'), { more: [['mcp-method', 'tools/call']] }],
  ['a field that names another tool', call('search'), { more: [['mcp-name', 'drop']] }],
  ['nesting without end', `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(70)}${']'.repeat(70)}}}`],
])(`${verifies('egress.one-message', 'an MCP request with')} %s is refused`, (_name, body, given) => {
  expect(read('mcp', body, given)).toMatchObject({ kind: 'fault' });
});

test(verifies('egress.json-rpc', 'calls of JSON-RPC and A2A are read one by one'), () => {
  expect(messagesOf('json-rpc', rpc('eth_call', [1, 2]))).toEqual([
    { protocol: 'json-rpc', method: 'eth_call', params: [1, 2] },
  ]);
  expect(messagesOf('a2a', rpc('SendMessage', { message: {} }))).toEqual([
    { protocol: 'a2a', method: 'SendMessage', params: { message: {} } },
  ]);
  expect(messagesOf('json-rpc', { jsonrpc: '2.0', id: 1, result: {} })).toBe('message');
  expect(messagesOf('a2a', '', { method: 'GET' })).toBe('message_method');
});

const graphql = (query: string, more: object = {}, given?: Given) => messagesOf('graphql', { query, ...more }, given);

test(verifies('egress.graphql', 'the operation that will run is read with its real root fields'), () => {
  expect(graphql('{ harmless: deleteAll(x: 1) me { id } me { name } }')).toEqual([
    { protocol: 'graphql', type: 'query', name: null, fields: ['deleteAll', 'me'], persisted: null },
  ]);
  const fragments = `mutation Pay { ...A ... on Mutation { c } } fragment A on Mutation { a ...B } fragment B on Mutation { b ...A }`;
  expect(graphql(fragments)).toMatchObject([{ type: 'mutation', name: 'Pay', fields: ['a', 'b', 'c'] }]);
  expect(graphql('query A { a } mutation B { b }', { operationName: 'B' })).toMatchObject([
    { type: 'mutation', fields: ['b'] },
  ]);
  const get = { method: 'GET', query: 'query=mutation%7Bdrop%7D&variables=%7B%22a%22%3A1%7D' };
  expect(messagesOf('graphql', '', get)).toMatchObject([{ type: 'mutation', fields: ['drop'] }]);
});

test(verifies('egress.graphql', 'an operation that the server has stored is known by its id'), () => {
  const persistedQuery = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
  expect(messagesOf('graphql', persistedQuery('ab'))).toMatchObject([{ type: null, persisted: 'ab' }]);
  expect(messagesOf('graphql', { documentId: 'pay' })).toMatchObject([{ type: null, persisted: 'pay' }]);
  const digest = createHash('sha256').update('{ a }').digest('hex');
  expect(graphql('{ a }', persistedQuery(digest))).toMatchObject([{ type: 'query', fields: ['a'], persisted: null }]);
  expect(graphql('{ a }', persistedQuery('0'.repeat(64)))).toBe('message');
  expect(graphql('{ a }', { documentId: 'pay' })).toBe('message');
  expect(messagesOf('graphql', { id: 'a', documentId: 'b' })).toBe('message');
  expect(messagesOf('graphql', persistedQuery(7))).toBe('message');
});

test.each<[string, object | string, Given?]>([
  ['several operations of which none is named', { query: 'query A { a } mutation B { b }' }],
  ['an operation name that is not there', { query: 'query A { a }', operationName: 'B' }],
  ['an empty operation name', { query: 'query A { a }', operationName: '' }],
  ['two operations of one name', { query: 'query A { a } query A { b }', operationName: 'A' }],
  ['two fragments of one name', { query: '{ ...F } fragment F on Q { a } fragment F on Q { b }' }],
  ['a fragment that is not there', { query: '{ ...F }' }],
  ['@defer', { query: '{ ... @defer { a } }' }],
  ['types', { query: 'type A { a: Int } query { a }' }],
  ['a byte order mark', { query: '\uFEFF{ a }' }],
  ['too many tokens', { query: `{ ${'a '.repeat(10_001)} }` }],
  ['nesting without end', { query: '{a'.repeat(100) + '}'.repeat(100) }],
  ['deep nesting', { query: '{a'.repeat(4_900) + '}'.repeat(4_900) }],
  ['`Query`', { Query: 'mutation { drop }' }],
  ['`DocumentId` beside a text', { query: '{ a }', DocumentId: 'stored' }],
  ['an operation in the address too', { query: '{ a }' }, { query: 'query=mutation%7Bdrop%7D' }],
  ['an operation name in the address', { query: 'query A { a }' }, { query: 'operationname=B' }],
  ['two operations in the address', '', { method: 'GET', query: 'query=%7Ba%7D&query=mutation%7Bb%7D' }],
  ['another operation behind a semicolon', '', { method: 'GET', query: 'query=%7Ba%7D&x=1;query=mutation%7Bdrop%7D' }],
  ['an operation in the address behind a semicolon', { query: '{ a }' }, { query: 'x=1;query=mutation%7Bdrop%7D' }],
  ['no operation', {}],
  ['a file', 'x', { type: 'multipart/form-data; boundary=x' }],
  ['a bare document', '{ a }', { type: 'application/graphql' }],
])(`${verifies('egress.one-message', 'a GraphQL request with')} %s is refused`, (_name, body, given) => {
  expect(read('graphql', body, given)).toMatchObject({ kind: 'fault' });
});
