import { gzipSync } from 'node:zlib';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { openDoor } from '../fixtures/open-door.ts';
import { onlyServer, sendJson, wireServer } from '../fixtures/wire-server.ts';

const chat = '/v1/chat/completions';
const question = { model: 'peer/m', messages: [{ role: 'user', content: 'Hello' }] };
const text = (content: string): object => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const errorOf = (answer: { text: string }): unknown => JSON.parse(answer.text).error;

test(verifies('inference.dead-server-one-sentence', 'a dead server gives one sentence and a hint'), async () => {
  const door = await openDoor({}, onlyServer('http://127.0.0.1:9/v1'));
  const answer = await door.post(chat, question);
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.text)).toMatchObject({
    code: 'model_unreachable',
    title: 'The model server peer at 127.0.0.1:9 cannot be reached (ECONNREFUSED).',
    hint: expect.stringContaining('Start it'),
    error: { code: 'model_unreachable' },
  });
});

test(
  verifies('inference.dead-server-one-sentence', 'a server that answers HTML, nonsense, compressed or half is named'),
  async () => {
    const server = await wireServer((response, { body }) => {
      if (body.includes('html')) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      else if (body.includes('nonsense'))
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":');
      else if (body.includes('gzip'))
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{}'));
      else if (body.includes('half')) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
        setImmediate(() => response.destroy());
      } else response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
    });
    const door = await openDoor({}, onlyServer(server.baseUrl));
    for (const [user, code] of [
      ['html', 'model_malformed'],
      ['nonsense', 'model_malformed'],
      ['gzip', 'model_malformed'],
      ['half', 'model_unreachable'],
      ['ssh', 'model_malformed'],
    ])
      expect(errorOf(await door.post(chat, { ...question, user }))).toMatchObject({ code });
  },
);

test("a provider's own error passes", async () => {
  const server = await wireServer((response) =>
    sendJson(response, { error: { message: 'context_length_exceeded' } }, 400),
  );
  const door = await openDoor({}, onlyServer(server.baseUrl));
  expect(await door.post(chat, question)).toMatchObject({
    status: 400,
    text: '{"error":{"message":"context_length_exceeded"}}',
  });
});

test(verifies('inference.redirects-not-followed', 'a redirect is an error, and nobody else is dialled'), async () => {
  const other = await wireServer((response) => sendJson(response, { choices: [] }));
  const server = await wireServer((response) =>
    response
      .writeHead(307, { location: `${other.baseUrl}/chat/completions`, 'content-type': 'application/json' })
      .end('{"choices":[]}'),
  );
  const door = await openDoor({}, onlyServer(server.baseUrl));
  const answer = await door.post(chat, question);
  expect(errorOf(answer)).toMatchObject({ message: expect.stringContaining('redirects (HTTP 307)') });
  expect(answer.headers['location']).toBeUndefined();
  expect(other.seen).toEqual([]);
});

const key = 'sk-very-secret-key-0123456789';

test(
  verifies('inference.keys-stay-inside', "the provider's key goes out, the client's own credentials do not"),
  async () => {
    const server = await wireServer((response) => sendJson(response, { choices: [], content: [] }));
    const door = await openDoor({ providerKeys: { PEER_KEY: key } }, onlyServer(server.baseUrl, '    key: PEER_KEY\n'));
    const headers = {
      authorization: 'Bearer mine',
      'x-api-key': 'mine',
      cookie: 'a=b',
      'openai-organization': 'o',
      'x-clawhold-run': 'r',
      'openai-beta': 'b',
    };
    await door.post(chat, question, { headers });
    expect(server.seen[0]?.headers).toMatchObject({ authorization: `Bearer ${key}`, 'openai-beta': 'b' });
    expect(JSON.stringify(server.seen[0]?.headers)).not.toMatch(/mine|a=b|x-clawhold|organization/);
    const anthropic = await openDoor(
      { providerKeys: { PEER_KEY: key } },
      onlyServer(server.baseUrl, '    key: PEER_KEY\n    wire: anthropic\n'),
    );
    await anthropic.post('/v1/messages?beta=true', question, { headers });
    expect(server.seen[1]?.headers).toMatchObject({ 'x-api-key': key, 'anthropic-version': '2023-06-01' });
    expect(server.seen[1]?.headers.authorization).toBeUndefined();
  },
);

test(
  verifies('inference.keys-stay-inside', 'a server that repeats the key is cut off before the client reads it'),
  async () => {
    const server = await wireServer((response, { headers, body }) => {
      const echo = String(headers.authorization);
      if (body.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': echo });
        response.write(`data: ${JSON.stringify(text('safe'))}\n\ndata: ${JSON.stringify(text(echo)).slice(0, 60)}`);
        setImmediate(() => response.end(`${JSON.stringify(text(echo)).slice(60)}\n\n`));
      } else sendJson(response, { error: { message: `Incorrect API key provided: ${echo}` } }, 401);
    });
    const door = await openDoor({ providerKeys: { PEER_KEY: key } }, onlyServer(server.baseUrl, '    key: PEER_KEY\n'));
    for (const stream of [true, false]) {
      const answer = await door.post(chat, { ...question, stream });
      expect(JSON.stringify(answer)).not.toContain(key);
      expect(answer.text).toContain('was withheld');
    }
  },
);
