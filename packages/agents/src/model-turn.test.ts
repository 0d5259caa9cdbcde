import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { LLMock } from '@copilotkit/aimock';
import { expect, onTestFinished, test } from 'vitest';
import { modelOver } from './model-over.ts';
import { type ModelTurn, runTurn } from './model-turn.ts';
import { sandboxTools } from './sandbox-tools.ts';

const secret = 'SECRET-of-the-person';

interface Turned {
  readonly turn: ModelTurn;
  /** Waits between attempts, in milliseconds. */
  readonly waits: readonly number[];
}

async function ask(url: string, signal: AbortSignal = new AbortController().signal): Promise<Turned> {
  const waits: number[] = [];
  const model = modelOver('test/scripted', {
    headers: {},
    fetch: (input, init) => fetch(String(input).replace('http://door/inference', url), init),
  });
  const turn = await runTurn(
    model,
    { instructions: 'Do it.', conversation: [{ kind: 'task', text: secret }], tools: sandboxTools, signal },
    { delay: async (milliseconds) => void waits.push(milliseconds), random: () => 1 },
  );
  return { turn, waits };
}

async function mockServer(): Promise<LLMock> {
  const mock = new LLMock({ port: 0, chunkSize: 7 });
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock;
}

/** A server that answers every request in the same way, and counts. */
async function rawServer(status: number, type: string, body: string): Promise<{ url: string; count: () => number }> {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // An address of this kind is what listening on TCP gives.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, count: () => count };
}

test('a streamed turn comes out as text, checked calls and usage', async () => {
  const mock = await mockServer();
  mock.on(
    { predicate: () => true },
    {
      content: 'I look.',
      toolCalls: [
        { name: 'file_read', arguments: '{"path":"a.txt"}' },
        { name: 'file_read', arguments: '{"path":' },
      ],
    },
  );
  const { turn } = await ask(mock.url);
  if (turn.kind !== 'answered') throw new Error(turn.message);
  expect(turn.text).toBe('I look.');
  expect(turn.calls.map(({ tool, arguments: values, problem }) => [tool, values, problem])).toEqual([
    ['file.read', { path: 'a.txt' }, null],
    ['file.read', {}, 'The arguments of this call are not a JSON object.'],
  ]);
  expect(new Set(turn.calls.map(({ id }) => id)).size).toBe(2);
  expect(turn.inputTokens).toBeGreaterThan(0);
});

test(verifies('agent.model-retries', 'a busy server is asked again with growing waits, and then answers'), async () => {
  const mock = await mockServer();
  mock.onMessage(/./, { content: 'Here I am.' });
  mock.nextRequestError(503, { message: 'busy' });
  const { turn, waits } = await ask(mock.url);
  expect(turn).toMatchObject({ kind: 'answered', text: 'Here I am.' });
  expect(waits).toEqual([500]);
});

test(verifies('agent.model-retries', 'attempts are bounded'), async () => {
  const { url, count } = await rawServer(500, 'application/json', '{"error":{"message":"out of order"}}');
  const { turn, waits } = await ask(url);
  expect(turn).toMatchObject({ kind: 'failed', message: 'The model server refused: out of order' });
  expect(count()).toBe(limits.modelAttempts);
  expect(waits).toEqual([500, 1_000]);
});

test(verifies('agent.model-retries', 'a refusal is not asked again'), async () => {
  const { url, count } = await rawServer(400, 'application/json', '{"error":{"message":"no such model"}}');
  const { turn } = await ask(url);
  expect(turn).toMatchObject({ kind: 'failed', retryable: false });
  expect(count()).toBe(1);
});

const refusal = {
  error: 'policy_denied',
  asked: { kind: 'inference', what: 'test/scripted' },
  reasons: [{ code: 'no_rule', text: 'No rule allows this model.' }],
  rules: [],
  next: 'Ask an operator.',
};

test.each([
  ['a refusal of the policy', 403, 'application/json', JSON.stringify(refusal), 'No rule allows this model.'],
  [
    'a problem of ours',
    502,
    'application/problem+json',
    '{"title":"The server is off.","status":502,"code":"model_unreachable"}',
    'The server is off.',
  ],
  ['a page', 200, 'text/html', '<html>welcome</html>', 'made no sense'],
  ['no event stream', 200, 'text/event-stream', 'data: {"broken\n\n', 'made no sense'],
])(verifies('agent.model-failure-is-a-sentence', '%s becomes one sentence'), async (_, status, type, body, words) => {
  const { url } = await rawServer(status, type, body);
  const { turn } = await ask(url);
  if (turn.kind !== 'failed') throw new Error(JSON.stringify(turn));
  expect(turn.message).toContain(words);
  expect(JSON.stringify(turn)).not.toContain(secret);
});

test(verifies('agent.model-failure-is-a-sentence', 'a dead server becomes one sentence'), async () => {
  const { turn } = await ask('http://127.0.0.1:9');
  expect(turn).toMatchObject({ kind: 'failed', message: 'The model server could not be reached.' });
  expect(JSON.stringify(turn)).not.toContain(secret);
});

test('a turn that is out of time ends', async () => {
  const { turn } = await ask('http://127.0.0.1:9', AbortSignal.abort());
  expect(turn).toMatchObject({ kind: 'failed', message: 'The model did not answer in time.', retryable: false });
});
