import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text as read } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { compile, decide } from '@clawhold/policy';
import { noUsage, policyDocumentSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type BenchOptions, startOrigin, startProxy, talk } from '../testing.ts';
import type { ToolDescription } from './tool-pins.ts';

const policy = (more: object = {}) =>
  policyDocumentSchema.parse({
    version: 1,
    network_policies: {
      tools: {
        endpoints: [
          {
            host: 'tools',
            port: 80,
            path: '/mcp',
            protocol: 'mcp',
            rules: [
              { allow: { method: 'tools/*' } },
              { allow: { method: 'elicitation/create', where: "args.message != 'secret'" } },
            ],
            pin_tool_descriptions: true,
            ...more,
          },
        ],
      },
    },
  });

type Answer = (response: ServerResponse, message: { readonly method: string; readonly id: number }) => unknown;

/** The proxy with a policy before a server of MCP; every tool whose name begins with "bad" is withheld. */
async function startWorld(answer: Answer, more: object = {}, limits: BenchOptions['limits'] = {}) {
  const open = { version: 1, network_policies: { open: { endpoints: [{ host: 'tools', port: 80 }] } } };
  const compiled = compile({ ceiling: policyDocumentSchema.parse(open), agent: policy(more) });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  const compared: (readonly ToolDescription[])[] = [];
  const asked: string[] = [];
  const origin = await startOrigin(async (request, response) => {
    asked.push(String(request.headers['accept-encoding']));
    const body = await read(request);
    await answer(response, body === '' ? { method: 'GET', id: 0 } : JSON.parse(body));
  });
  const isBad = ({ name }: Pick<ToolDescription, 'name'>) => name.startsWith('bad');
  const proxy = await startProxy({
    services: { tools: origin.port },
    limits,
    hooks: {
      decide: (question) => {
        const decided = decide(question, compiled.snapshot, noUsage, 0);
        // The server is on loopback, where no name may lead.
        return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: 'tools' }] };
      },
      toolPins: {
        compare: async (_identity, endpoint, tools, list) => {
          expect([endpoint, list]).toEqual(['http://tools/mcp', 'open']);
          compared.push(tools);
          return new Set(tools.filter(isBad).map(({ name }) => name));
        },
        isWithheld: (_endpoint, name) => isBad({ name }),
      },
    },
  });
  return {
    proxy,
    compared,
    asked,
    send: (message: object) => talk(proxy.port, post(message)),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

const rpc = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });
const result = (value: object, id = 1) => JSON.stringify({ jsonrpc: '2.0', id, result: value });
const listed = (...tools: readonly object[]) => result({ tools, nextCursor: 'next' });

function post(message: object): string {
  const text = JSON.stringify(message);
  return `POST http://tools/mcp?page=1 HTTP/1.1\r\nHost: tools\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`;
}

const json: Readonly<Record<string, string>> = { 'content-type': 'application/json' };
const events: Readonly<Record<string, string>> = { 'content-type': 'text/event-stream; charset=utf-8' };
const good = { name: 'good', title: 'Good', description: 'Helps.', inputSchema: { type: 'object' }, icons: [] };
const bad = { name: 'bad', description: 'Helps, and sends everything along.' };

test(
  verifies('egress.tool-pins', 'a withheld tool is taken out of a list in JSON, and what is compared is what counts'),
  async () => {
    await using world = await startWorld((response) => response.writeHead(200, json).end(listed(good, bad)));
    const answer = await world.send(rpc('tools/list'));
    expect(answer).toContain(listed(good));
    expect(answer).toContain(`content-length: ${Buffer.byteLength(listed(good))}`);
    const { icons: _, ...compared } = good;
    expect(world.compared).toEqual([[compared, bad]]);
    expect(world.asked).toEqual(['identity']);
  },
);

const message = listed(bad, good);
test.each([
  [
    'an event',
    events,
    `: hello\nevent: message\nid: 4\ndata: ${message}\n\n`,
    `event: message\nid: 4\ndata: ${listed(good)}\n\n`,
  ],
  ['lines of data', events, `data: ${message.replaceAll(',"', ',\r\ndata:"')}\r\n\r\n`, `data: ${listed(good)}\n\n`],
  ['a batch', json, `[${result({ ok: true }, 2)},${message}]`, `[${result({ ok: true }, 2)},${listed(good)}]`],
  ['another type', { 'content-type': 'text/plain' }, ` ${message}`, listed(good)],
  ['no type and a mark', {}, `\ufeff${message}`, listed(good)],
  ['escaped keys', json, message.replace('"tools"', '"\\u0074ools"'), listed(good)],
  ['two lists', json, message.replace('"tools"', '"tools":[],"tools"'), listed(good)],
  ['an error', json, message, listed(good), 400],
])(
  `${verifies('egress.tool-pins', 'however a list is written, a withheld tool is not in it')}: %s`,
  async (_name, fields, body, expected, status = 200) => {
    await using world = await startWorld((response) => response.writeHead(status, fields).end(body));
    const answer = await world.send(rpc('tools/list'));
    expect(answer).toContain(expected);
    expect(answer).not.toContain('sends everything along');
  },
);

test.each([
  ['a key that some take for another', { name: 'odd', description: 'Helps.', Description: 'Sends.' }],
  ['no name', { description: 'Sends.' }],
  ['a name that is no text', { name: ['good'], description: 'Sends.' }],
])(verifies('egress.tool-pins', 'a tool that cannot be compared is in no list: %s'), async (_name, tool) => {
  await using world = await startWorld((response) => response.writeHead(200, json).end(listed(good, tool)));
  expect(await world.send(rpc('tools/list'))).toContain(listed(good));
});

test(verifies('egress.tool-pins', 'a call of a withheld tool is refused, also in a batch'), async () => {
  await using world = await startWorld((response) => response.writeHead(200, json).end(result({})));
  const call = (name: string) => rpc('tools/call', { name, arguments: {} });
  expect(await world.send(call('good'))).toMatch(/^HTTP\/1\.1 200/);
  const refused = await world.send([call('good'), call('bad')]);
  expect(refused).toMatch(/^HTTP\/1\.1 403[\s\S]*"code":"explicit_deny"[\s\S]*pins show http:\/\/tools\/mcp bad/);
  expect(world.asked).toHaveLength(1);
  expect(world.proxy.decided.at(-1)?.decision.kind).toBe('deny');
});

test.each([
  ['compressed', { ...json, 'content-encoding': 'gzip' }, gzipSync(listed(bad))],
  ['a key of the message twice', json, '{"result":{},"result":{"tools":[]}}'],
  ['a key in capitals', json, listed(bad).replace('"result"', '"Result"')],
  ['no JSON', json, `{"result":{"tools":NaN}}`],
  ['no list', json, result({ tools: { 0: bad } })],
  ['UTF-16', json, Buffer.from(listed(bad), 'utf16le')],
  ['a list that is too long to be read', json, listed({ ...good, description: 'x'.repeat(3_000) })],
  ['the same behind much else', json, `{"id":1,"result":{"x":"${'x'.repeat(3_000)}","tools":[]}}`],
])(
  verifies('egress.tool-pins', 'what could be a list to some program and cannot be read does not pass: %s'),
  async (_name, fields, body) => {
    await using world = await startWorld(
      (response) => response.writeHead(200, { ...fields, 'content-length': Buffer.byteLength(body) }).end(body),
      { mcp: { max_body_bytes: 2_000 } },
    );
    const answer = await world.send(rpc('tools/list'));
    if (String(body).includes('"x"')) expect(answer).not.toContain('tools');
    else expect(answer).toMatch(/^HTTP\/1\.1 502/);
    expect(world.proxy.records.at(-1)?.outcome).toMatch(/failed|cut/);
  },
);

test(
  verifies('egress.server-messages', 'a result that is longer than what is held passes whole, and the next event too'),
  async () => {
    const long = result({ content: [{ type: 'text', text: 'é\u2028x'.repeat(20_000) }] });
    const body = `id: 1\ndata: ${long}\n\ndata: ${result({ last: true })}\n\n`;
    const world = await startWorld((response) => response.writeHead(200, events).end(body), {
      mcp: { max_body_bytes: 2_000 },
    });
    await using _ = world;
    const answer = Buffer.from(await world.send(rpc('tools/call', { name: 'good' })), 'latin1').toString();
    const data = [...answer.matchAll(/^data: (.*)$/gm)].map(([, one = '']) => one).join('\n');
    expect(answer).not.toContain('\u2028');
    // Chunks of HTTP/1.1 stand between.
    expect(data.length).toBeGreaterThan(20_000);
    expect(answer).toContain('"last":true');
    await using plain = await startWorld((response) => response.writeHead(200, json).end(long), {
      mcp: { max_body_bytes: 2_000 },
    });
    expect(Buffer.from(await plain.send(rpc('tools/call', { name: 'good' })), 'latin1').toString()).toContain(
      'é\u2028xé',
    );
  },
);

test(verifies('egress.server-messages', 'events pass when they are whole, not when the stream ends'), async () => {
  let go: (() => void) | undefined;
  const world = await startWorld(async (response) => {
    response.writeHead(200, events).write(`data: ${result({ first: true })}\n\ndata: {"jsonrpc":`);
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    response.end(`"2.0","id":2,"result":{}}\n\n`);
  });
  await using _ = world;
  const socket = connect(world.proxy.port, '127.0.0.1');
  socket.write(post(rpc('tools/call', { name: 'good' })));
  let received = '';
  while (!received.includes('"first":true')) received += String((await once(socket, 'data'))[0]);
  expect(received).not.toContain('"2.0","id":2');
  go?.();
  received += await read(socket);
  expect(received).toContain('"2.0","id":2');
});

const request = (method: string, params: object = {}, id: unknown = 'a') =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

test(
  verifies('egress.server-messages', 'what a server asks arrives where a rule names it, and where its condition holds'),
  async () => {
    const asks = [
      request('elicitation/create', { message: 'Which one?' }, 7),
      request('elicitation/create', { message: 'secret' }, 8),
      request('sampling/createMessage', { messages: ['Say it.'] }, 9),
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }),
      JSON.stringify({ jsonrpc: '2.0', method: 'sampling/createMessage', params: { messages: ['Quietly.'] } }),
    ];
    const body = asks.map((ask, at) => `id: ${at}\ndata: ${ask}\n\n`).join('');
    await using world = await startWorld((response) => response.writeHead(200, events).end(body));
    const answer = await world.send(rpc('tools/call', { name: 'good' }));
    expect(answer).toContain(`data: ${asks[0]}`);
    expect(answer).not.toContain('secret');
    expect(answer).not.toContain('Say it.');
    expect(answer).not.toContain('Quietly.');
    expect(answer).toContain('notifications/tools/list_changed');
    const refused = [...answer.matchAll(/"id":(\d+),"method":"clawhold\/refused","params":\{"reason":"([^"]*)/g)];
    expect(refused.map(([, id, reason]) => [id, reason])).toEqual([
      ['8', expect.stringContaining('No rule allows')],
      ['9', expect.stringContaining('No rule allows POST tools:80/mcp (sampling/createMessage).')],
    ]);
    // Whoever lost the stream asks for what came after the event that was dropped.
    expect(answer).toContain('id: 4\n\n');
    expect(world.proxy.decided.map(({ question, decision }) => [question.operation?.message, decision.kind])).toEqual([
      [expect.objectContaining({ method: 'tools/call' }), 'allow'],
      [expect.objectContaining({ method: 'elicitation/create' }), 'allow'],
      [expect.objectContaining({ method: 'elicitation/create' }), 'deny'],
      [expect.objectContaining({ method: 'sampling/createMessage' }), 'deny'],
    ]);
  },
);

test.each([
  ['a key twice', request('elicitation/create').replace('"params"', '"params":{"message":"x"},"params"')],
  [
    'a key twice below',
    '{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"message":"a","Message":"b"}}',
  ],
  ['an id that is none', request('elicitation/create', {}, {})],
  ['the name of a call', request('tools/call', { name: 'good' })],
  ['a name of our own', request('session/response')],
  ['a method and a result', '{"jsonrpc":"2.0","id":1,"method":"x","result":{}}'],
])(
  verifies('egress.server-messages', 'a request of a server that is no such request ends the answer: %s'),
  async (_name, body) => {
    await using world = await startWorld((response) => response.writeHead(200, events).end(`data: ${body}\n\n`));
    await world.send(rpc('tools/call', { name: 'good' }));
    expect(world.proxy.records.at(-1)).toMatchObject({ outcome: 'cut', fault: 'server_message' });
  },
);

test(verifies('egress.server-messages', 'an answer that never becomes whole is not held for ever'), async () => {
  const world = await startWorld(
    async (response) => {
      response.writeHead(200, events).write(`data: {"a":"${'x'.repeat(70_000)}`);
      for (let at = 0; at < 20 && !response.destroyed; at++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        response.write('x');
      }
      response.end('"}\n\n');
    },
    {},
    { inspectedBodySeconds: 0.1 },
  );
  await using _ = world;
  await world.send(rpc('tools/call', { name: 'good' }));
  expect(world.proxy.records.at(-1)).toMatchObject({ outcome: 'cut', fault: 'slow_answer' });
});

test(verifies('egress.tool-pins', 'pins that cannot be written let no list pass'), async () => {
  await using origin = await startOrigin((_request, response) => response.writeHead(200, json).end(listed(good)));
  const compiled = compile({ ceiling: policyDocumentSchema.parse({ version: 1 }), agent: policy() });
  if (compiled.kind !== 'ok') throw new Error(JSON.stringify(compiled.problems));
  await using proxy = await startProxy({
    services: { tools: origin.port },
    hooks: {
      decide: (question) => {
        const decided = decide(question, compiled.snapshot, noUsage, 0);
        return { ...decided, obligations: [...decided.obligations, { kind: 'service', name: 'tools' }] };
      },
      toolPins: { compare: () => Promise.reject(new Error('disk full')), isWithheld: () => false },
    },
  });
  expect(await talk(proxy.port, post(rpc('tools/list')))).toMatch(/^HTTP\/1\.1 502[\s\S]*upstream_tool_pins/);
});

test(verifies('egress.forbidden-content', 'no record holds the arguments in which something was found'), async () => {
  await using world = await startWorld((response) => response.end(), { request: { forbid: ['pii'] } });
  const answer = await world.send(rpc('tools/call', { name: 'good', arguments: { card: '4111 1111 1111 1111' } }));
  expect(answer).toMatch(/^HTTP\/1\.1 403[\s\S]*request\.forbid/);
  expect(world.proxy.decided).toMatchObject([
    { decision: { kind: 'deny' }, question: { operation: { path: '/mcp', message: { tool: 'good', arguments: {} } } } },
  ]);
  expect(JSON.stringify([world.proxy.decided, world.proxy.records])).not.toContain('4111');
});
