import { ClawholdError } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { collect } from './fixtures/collect.ts';
import { decision } from './fixtures/decisions.ts';
import { openDoor, readAnswer } from './fixtures/open-door.ts';
import { onlyServer, sendEvents, sendJson, wireServer } from './fixtures/wire-server.ts';
import { bytesOf } from './json-answer.ts';
import type { PersonsAnswer } from './options.ts';

const chat = '/v1/chat/completions';
const question = { model: 'peer/m', messages: [{ role: 'user', content: 'Hello' }] };
const text = (content: string): object => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const errorOf = (answer: { text: string }): unknown => JSON.parse(answer.text).error;

/** An answer with a call. */
const payment = {
  choices: [
    {
      index: 0,
      message: {
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'pay', arguments: '{}' } }],
      },
      finish_reason: 'tool_calls',
    },
  ],
};

/** A hook that fails for one kind of question. */
const failingFor =
  (kind: string) =>
  (asked: { kind: string }): void => {
    if (asked.kind === kind) throw new ClawholdError('policy_budget', 'The budget is spent.', { status: 403 });
  };

test(verifies('inference.wire-faithful', 'a request passes byte for byte but for the name of the model'), async () => {
  const server = await wireServer((response) => sendJson(response, { choices: [] }));
  const door = await openDoor({}, onlyServer(server.baseUrl));
  const body =
    '{ "messages":[ {"role":"user","content":"Gr\\u00fc\\u00dfe"} ],\n "seed":12345678901234567890, "model" : "peer/m", "temperature":1.0}';
  await door.post(chat, body);
  expect(server.seen[0]?.body).toBe(body.replace('peer/m', 'm'));
  expect(server.seen[0]?.path).toBe('/v1/chat/completions');
});

test(verifies('inference.wire-faithful', 'an answer passes byte for byte'), async () => {
  const body = '{ "id":"x", "choices":[ {"message":{"content":"Gr\\u00fc\\u00dfe","role":"assistant"}} ], "n":1.0 }';
  const server = await wireServer((response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'r1' }).end(body),
  );
  const door = await openDoor({}, onlyServer(server.baseUrl));
  expect(await door.post(chat, question)).toMatchObject({ status: 200, text: body, headers: { 'x-request-id': 'r1' } });
});

test(verifies('inference.server-state-refused', 'a stored answer is not asked for on the responses wire'), async () => {
  const server = await wireServer((response) => sendJson(response, { output: [] }));
  const door = await openDoor({}, onlyServer(server.baseUrl));
  await door.post('/v1/responses', { model: 'm', input: 'x' });
  expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ model: 'm', input: 'x', store: false });
});

test.each<[string, object]>([
  ['hosted_tool', { tools: [{ type: 'web_search' }] }],
  [
    'remote_url',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.example' } }] }] },
  ],
  ['server_state', { store: true }],
])(
  verifies('inference.provider-tools-refused', 'a request with %s never leaves, and with a policy that names it does'),
  async (feature, more) => {
    const server = await wireServer((response) => sendJson(response, { choices: [] }));
    const strict = await openDoor({}, onlyServer(server.baseUrl));
    const answer = await strict.post(chat, { ...question, ...more });
    expect(answer.status).toBe(403);
    expect(errorOf(answer)).toMatchObject({
      code: 'policy_denied',
      refusal: { error: 'policy_denied', asked: { kind: 'inference' } },
    });
    expect(strict.questions[0]?.features).toEqual([feature]);
    expect(server.seen).toEqual([]);
    const lax = await openDoor({ decideInference: () => decision('allow') }, onlyServer(server.baseUrl));
    expect((await lax.post(chat, { ...question, ...more })).status).toBe(200);
  },
);

test(verifies('inference.unknown-parts-refused', 'what cannot be read never leaves'), async () => {
  const server = await wireServer((response) => sendJson(response, { choices: [] }));
  const door = await openDoor({ decideInference: () => decision('allow') }, onlyServer(server.baseUrl));
  for (const body of [
    '{"model":"peer/m","tools":[],"tools":[{"type":"web_search"}]}',
    '{"model":"peer/m","Tools":[{"type":"web_search"}]}',
    '{"model":"peer/m","messages":[{"role":"user","content":[{"type":"hologram"}]}]}',
    'not JSON',
    '[]',
  ])
    expect(await door.post(chat, body)).toMatchObject({ status: 400 });
  expect(server.seen).toEqual([]);
});

test.each([
  '/v1/files',
  '/v1/batches',
  '/v1/assistants',
  '/v1/responses/resp_1',
  '/v1/chat/completions?x=1',
  '/v1/../v1/models',
  '/admin',
])(verifies('inference.server-state-refused', '%s is not offered'), async (path) => {
  const door = await openDoor();
  expect((await door.post(path, {})).status).toBe(404);
});

test(
  verifies(
    'inference.asked-call-refused-to-strangers',
    'a call that needs a person is refused, or passed to a loop that asks',
  ),
  async () => {
    const server = await wireServer((response) => sendJson(response, payment));
    const door = await openDoor(
      { decideTool: () => decision('ask', 'Paying needs a person.') },
      onlyServer(server.baseUrl),
    );
    const stranger = JSON.parse((await door.post(chat, question)).text).choices[0];
    expect(stranger.message.tool_calls).toBeUndefined();
    expect(stranger.message.content).toMatch(/Paying needs a person\.\n\{"error":"policy_denied"/);
    expect(stranger.finish_reason).toBe('stop');
    const worker = { caller: { agent: 'worker', askMeans: 'pass' } } as const;
    expect(JSON.parse((await door.post(chat, question, worker)).text).choices[0].message.tool_calls).toHaveLength(1);
  },
);

test(
  verifies('inference.refusals-recorded', 'what the door refuses, a request or a call, it hands on to be recorded'),
  async () => {
    const server = await wireServer((response) => sendJson(response, payment));
    const recorded: string[] = [];
    const before = ({ kind }: { readonly kind: string }, told: { readonly kind: string }) =>
      void recorded.push(`${told.kind} ${kind}`);
    const door = await openDoor({ before, decideTool: () => decision('deny') }, onlyServer(server.baseUrl));
    await door.post(chat, question);
    expect(recorded).toEqual(['allow inference', 'deny tool']);
    const shut = await openDoor({ before, decideInference: () => decision('deny') }, onlyServer(server.baseUrl));
    expect((await shut.post(chat, question)).status).toBe(403);
    expect(recorded.at(-1)).toBe('deny inference');
    // Whoever asks the supervisor again hears of it there, and it is recorded there.
    const loop = { caller: { agent: 'worker', askMeans: 'pass', denyMeans: 'pass' } } as const;
    await door.post(chat, question, loop);
    expect(recorded.slice(3)).toEqual(['allow inference']);
  },
);

test(
  verifies('inference.asked-at-the-door', 'a call that waits for a person passes after a yes, and only then'),
  async () => {
    const server = await wireServer((response) => sendJson(response, payment));
    const calls = async (answer: PersonsAnswer) => {
      const ask = { decideTool: () => decision('ask'), askPerson: async () => answer };
      const door = await openDoor(ask, onlyServer(server.baseUrl));
      const waiting = { caller: { agent: 'program', askMeans: 'wait' } } as const;
      return JSON.parse((await door.post(chat, question, waiting)).text).choices[0].message;
    };
    expect((await calls({ kind: 'yes' })).tool_calls).toHaveLength(1);
    const refused = await calls({ kind: 'no', why: 'Ada said no.' });
    expect(refused.tool_calls).toBeUndefined();
    expect(refused.content).toContain('Ada said no.');
  },
);

test(
  verifies('inference.failed-obligation-refuses', 'a lost reservation refuses the request, or the call'),
  async () => {
    const server = await wireServer((response) =>
      sendEvents(response, [
        {
          choices: [
            {
              index: 0,
              delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } }] },
              finish_reason: 'tool_calls',
            },
          ],
        },
      ]),
    );
    const requests = await openDoor({ before: failingFor('inference') }, onlyServer(server.baseUrl));
    expect(errorOf(await requests.post(chat, question))).toMatchObject({ message: 'The budget is spent.' });
    expect(server.seen).toEqual([]);
    const calls = await openDoor({ before: failingFor('tool') }, onlyServer(server.baseUrl));
    const view = collect((await calls.post(chat, { ...question, stream: true })).text);
    expect(view.calls).toEqual([]);
    expect(view.text).toContain('The budget is spent.');
  },
);

test(
  verifies('inference.results-are-told', 'each tool result is told once, although it is sent with every turn'),
  async () => {
    const door = await openDoor();
    const messages = [
      { role: 'user', content: 'x' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'file_read', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'IBAN' }] },
    ];
    await door.post(chat, { model: 'rehearsal/default', messages });
    await door.post(chat, { model: 'rehearsal/default', messages: [...messages, { role: 'user', content: 'y' }] });
    expect(door.results).toEqual([{ callId: 'a', tool: 'file_read', text: 'IBAN' }]);
  },
);

test(
  verifies('inference.usage-is-counted', 'what the provider counted is reported, and otherwise an estimate'),
  async () => {
    const usage = { prompt_tokens: 7, completion_tokens: 2 };
    const server = await wireServer((response, { body }) =>
      sendEvents(
        response,
        body.includes('count') ? [text('hi'), { choices: [], usage }, '[DONE]'] : [text('hello'), '[DONE]'],
      ),
    );
    const door = await openDoor({}, onlyServer(server.baseUrl));
    await door.post(chat, { ...question, stream: true, user: 'count' });
    await door.post(chat, { ...question, stream: true });
    expect(door.usage[0]).toMatchObject({ model: 'peer/m', inputTokens: 7, outputTokens: 2, estimated: false });
    expect(door.usage[1]).toMatchObject({ estimated: true });
    expect(door.usage[1]?.outputTokens).toBeGreaterThan(0);
  },
);

test('the list of models is one that both kinds of clients read', async () => {
  const door = await openDoor();
  const answer = await readAnswer(
    await door.inference.handle({
      method: 'GET',
      path: '/v1/models',
      headers: {},
      body: bytesOf(''),
      caller: { agent: 't' },
    }),
  );
  expect(JSON.parse(answer.text).data[0]).toMatchObject({
    id: 'rehearsal/default',
    object: 'model',
    type: 'model',
    scripted: true,
  });
});

test('an unknown model is answered with the nearest name', async () => {
  const door = await openDoor();
  const answer = await door.post(chat, { ...question, model: 'rehearsal/defualt' });
  expect(answer.status).toBe(404);
  expect(errorOf(answer)).toMatchObject({ hint: 'Did you mean rehearsal/default?' });
});
