import { compile, decide, requestTerms, type Snapshot } from '@clawhold/policy';
import { noUsage, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Bench, external, type Origin, startOrigin, startProxy, talk } from '../testing.ts';

const endpoint = { host: 'tools', port: 80 };
const rules = (more: object) => ({ ...endpoint, ...more });
const document = {
  version: 1,
  network_policies: {
    all: {
      endpoints: [
        rules({
          path: '/mcp',
          protocol: 'mcp',
          mcp: { max_body_bytes: 4_000 },
          tools: [
            { name: 'search', allow: true },
            { name: 'pay', ask: true, where: 'args.amount > 10' },
            { name: 'drop*', deny: true },
          ],
        }),
        rules({ path: '/rpc', protocol: 'json-rpc', rules: [{ allow: { method: 'get*' }, destination: ['/to'] }] }),
        rules({ path: '/a2a', protocol: 'a2a', rules: [{ allow: { method: 'SendMessage' } }] }),
        rules({
          path: '/graphql',
          protocol: 'graphql',
          rules: [{ allow: { operation_type: 'query' } }],
          deny_rules: [{ operation_type: '*', fields: ['secrets'] }],
        }),
      ],
    },
  },
};

interface World extends AsyncDisposable {
  readonly proxy: Bench;
  /** Bodies that the server got. */
  readonly arrived: readonly string[];
  /** Sends a request and gives the status and the body of the answer. */
  post(path: string, body: unknown): Promise<string>;
}

/** The proxy with a policy before a server that remembers what it got. */
async function startWorld(): Promise<World> {
  const parsed = policyDocumentSchema.parse(document);
  const open = { version: 1, network_policies: { open: { endpoints: [{ host: 'tools', port: 80 }] } } };
  const compiled = compile({ ceiling: policyDocumentSchema.parse(open), agent: parsed });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  const snapshot: Snapshot = compiled.snapshot;
  const arrived: string[] = [];
  const origin: Origin = await startOrigin(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    arrived.push(text);
    response.end('done');
  });
  const proxy = await startProxy({
    services: { tools: origin.port },
    hooks: {
      inspect: (question) => ({ pointers: requestTerms(question, snapshot).destinations, digestBody: true }),
      decide: (question) => {
        const decided = decide(question, snapshot, noUsage, 0);
        // The server is on loopback, where no name may lead.
        return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: 'tools' }] };
      },
      propose: () => 'apr_0000000000',
      dataLabel: () => external,
    },
  });
  return {
    proxy,
    arrived,
    post: async (path, body) => {
      const text = JSON.stringify(body);
      const head = `POST http://tools${path} HTTP/1.1\r\nHost: tools\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n`;
      const answer = await talk(proxy.port, Buffer.from(head + text));
      return `${answer.slice(9, 12)} ${answer.split('\r\n\r\n')[1] ?? ''}`;
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

const rpc = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });
const call = (name: string, given: object = {}) => rpc('tools/call', { name, arguments: given });

test(verifies('egress.mcp', 'a tool that is allowed is called, and every other one is not'), async () => {
  await using world = await startWorld();
  expect(await world.post('/mcp', rpc('initialize'))).toBe('200 done');
  expect(await world.post('/mcp', call('search', { q: 1 }))).toBe('200 done');
  const refused = await world.post('/mcp', call('erase'));
  expect(refused).toContain('403 {"error":"policy_denied"');
  expect(refused).toContain('No rule allows POST tools:80/mcp (tools/call erase).');
  expect(await world.post('/mcp', call('drop_table'))).toContain('"code":"explicit_deny"');
  expect(await world.post('/mcp', rpc('resources/read', { uri: 'file:///etc' }))).toContain('"code":"no_rule"');
  expect(world.arrived).toEqual([rpc('initialize'), call('search', { q: 1 })].map((body) => JSON.stringify(body)));
  expect(world.proxy.records.map(({ outcome }) => outcome)).toEqual([
    'answered',
    'answered',
    'refused',
    'refused',
    'refused',
  ]);
});

test(verifies('egress.mcp', 'the arguments of a call decide about it'), async () => {
  await using world = await startWorld();
  expect(await world.post('/mcp', call('pay', { amount: 11 }))).toContain('"proposal":"apr_0000000000"');
  expect(await world.post('/mcp', call('pay', { amount: 'x' }))).toContain('"code":"condition"');
  expect(await world.post('/mcp', call('pay', { amount: 9 }))).toContain('"code":"no_rule"');
  expect(world.arrived).toEqual([]);
});

test(
  verifies('egress.batch', 'every message of a batch is decided, and one refusal is the refusal of all'),
  async () => {
    await using world = await startWorld();
    expect(await world.post('/mcp', [call('search'), rpc('ping')])).toBe('200 done');
    expect(world.proxy.decided.map(({ question }) => question.operation?.message)).toMatchObject([
      { tool: 'search' },
      { method: 'ping' },
    ]);
    expect(world.proxy.records.map(({ outcome, requestBytes }) => [outcome, requestBytes > 0])).toEqual([
      ['answered', true],
      ['answered', false],
    ]);
    const mixed = await world.post('/mcp', [call('search'), call('drop_it'), rpc('ping')]);
    expect(mixed).toContain('(tools/call drop_it)');
    const paid = [call('pay', { amount: 11 }), call('pay', { amount: 12 })];
    expect(await world.post('/mcp', paid)).toContain('send each in a request of its own');
    expect(await world.post('/mcp', [call('search'), call('pay', { amount: 11 })])).toContain('"proposal"');
    expect(world.arrived).toHaveLength(1);
  },
);

test(
  verifies('egress.one-message', 'what cannot be read for sure is answered with a fault, and never sent'),
  async () => {
    await using world = await startWorld();
    expect(await world.post('/mcp', { ...call('search'), Method: 'tools/call' })).toMatch(
      /^400 .*request_unreadable_body/,
    );
    expect(await world.post('/mcp', { ...call('search'), id: 'x'.repeat(4_000) })).toMatch(/^413 /);
    expect(world.arrived).toEqual([]);
    expect(world.proxy.records).toMatchObject([
      { outcome: 'malformed', fault: 'unreadable_body' },
      { outcome: 'malformed', fault: 'inspected_body' },
    ]);
  },
);

test(
  verifies('egress.json-rpc', 'calls are let through by their method, with what they name as destination'),
  async () => {
    await using world = await startWorld();
    expect(await world.post('/rpc', rpc('getBalance', { to: 'account-7' }))).toBe('200 done');
    expect(world.proxy.decided[0]?.question.operation?.parameters).toMatchObject([{ name: '/to', value: 'account-7' }]);
    expect(await world.post('/rpc', rpc('sendMoney'))).toContain('"code":"no_rule"');
    expect(await world.post('/a2a', rpc('SendMessage'))).toBe('200 done');
    expect(await world.post('/a2a', rpc('CancelTask'))).toContain('"code":"no_rule"');
    expect(world.arrived).toHaveLength(2);
  },
);

test(verifies('egress.graphql', 'an alias or a fragment hides no field'), async () => {
  await using world = await startWorld();
  expect(await world.post('/graphql', { query: '{ me { id } }' })).toBe('200 done');
  expect(await world.post('/graphql', { query: '{ me: secrets { id } }' })).toContain('"code":"explicit_deny"');
  const hidden = '{ me { id } ...F } fragment F on Query { ... { x: secrets } }';
  expect(await world.post('/graphql', { query: hidden })).toContain('"code":"explicit_deny"');
  expect(await world.post('/graphql', { query: 'mutation { pay }' })).toContain('(mutation pay)');
  expect(await world.post('/graphql', { documentId: 'stored' })).toMatch(/^403 /);
  expect(world.arrived).toEqual(['{"query":"{ me { id } }"}']);
});
