import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { collect } from './fixtures/collect.ts';
import { openDoor } from './fixtures/open-door.ts';
import { onlyServer, wireServer } from './fixtures/wire-server.ts';
import { bytesOf } from './json-answer.ts';

const chat = '/v1/chat/completions';
const question = { model: 'peer/m', messages: [{ role: 'user', content: 'Hello' }] };
const text = (content: string): object => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const errorOf = (answer: { text: string }): unknown => JSON.parse(answer.text).error;

const piece = (body: object): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...body }] } }] })}\n\n`;

test(verifies('inference.text-streams-at-once', 'text arrives while the provider is still writing'), async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const server = await wireServer((response) => {
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .write(`data: ${JSON.stringify(text('first'))}\n\n`);
    void finished.then(() => response.end('data: [DONE]\n\n'));
  });
  const door = await openDoor({}, onlyServer(server.baseUrl));
  const { body } = await door.inference.handle({
    method: 'POST',
    path: chat,
    headers: {},
    body: bytesOf(JSON.stringify({ ...question, stream: true })),
    caller: { agent: 'tester' },
  });
  const reader = body[Symbol.asyncIterator]();
  const first = await reader.next();
  expect(Buffer.from(first.value ?? []).toString()).toContain('first');
  finish();
  expect(Buffer.from((await reader.next()).value ?? []).toString()).toContain('[DONE]');
  expect((await reader.next()).done).toBe(true);
});

test(verifies('inference.answers-are-bounded', 'an endless answer is cut off, streamed or not'), async () => {
  const server = await wireServer((response, { body }) => {
    const stream = body.includes('"stream":true');
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
    const more = (): void => {
      while (response.write(stream ? `data: ${JSON.stringify(text('more'))}\n\n` : ' '.repeat(1000)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const door = await openDoor({ bounds: { modelAnswerBytes: 50_000 } }, onlyServer(server.baseUrl));
  const streamed = await door.post(chat, { ...question, stream: true });
  expect(collect(streamed.text).errors).toEqual(["The model's answer was cut off after 50000 bytes."]);
  expect(errorOf(await door.post(chat, question))).toMatchObject({ code: 'model_endless' });
});

test(
  verifies('inference.answers-are-bounded', 'a tool call whose arguments never end is cut off and never seen'),
  async () => {
    const server = await wireServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(piece({ id: 'a', function: { name: 'x', arguments: '{"a":"' } }));
      const more = (): void => {
        while (response.write(piece({ function: { arguments: 'y'.repeat(1000) } })));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const door = await openDoor({ bounds: { modelAnswerBytes: 50_000 } }, onlyServer(server.baseUrl));
    const view = collect((await door.post(chat, { ...question, stream: true })).text);
    expect(view).toMatchObject({ calls: [], errors: [expect.stringContaining('cut off')] });
    expect(door.calls).toEqual([]);
  },
);

test(verifies('inference.answers-are-bounded', 'silence ends the request'), async () => {
  const server = await wireServer(
    (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hi\n\n'),
  );
  const door = await openDoor({ bounds: { modelIdleSeconds: 0.05 } }, onlyServer(server.baseUrl));
  const view = collect((await door.post(chat, { ...question, stream: true })).text);
  expect(view.errors).toEqual(['The model server sent nothing for 0.05 seconds.']);
});

test(verifies('inference.answers-are-bounded', 'a server that never begins to answer is given up'), async () => {
  const server = await wireServer(() => undefined);
  const door = await openDoor({ bounds: { modelIdleSeconds: 0.05 } }, onlyServer(server.baseUrl));
  const answer = await door.post(chat, question);
  expect(answer.status).toBe(504);
  expect(errorOf(answer)).toMatchObject({ code: 'model_silent', hint: expect.any(String) });
});

test(verifies('inference.answers-are-bounded', 'a request that is too large is refused'), async () => {
  const door = await openDoor({ bounds: { modelRequestBytes: 100 } });
  expect((await door.post(chat, { model: 'rehearsal/default', messages: [], x: 'y'.repeat(200) })).status).toBe(413);
});
