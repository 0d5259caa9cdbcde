import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { verifies } from '@clawhold/testkit';
import { LLMock } from '@copilotkit/aimock';
import { jsonSchema, streamText, type ToolSet, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from './fixtures/collect.ts';
import { decision } from './fixtures/decisions.ts';
import { fetchThrough } from './fixtures/fetch-through.ts';
import { type OpenDoor, openDoor } from './fixtures/open-door.ts';
import { onlyServer } from './fixtures/wire-server.ts';

/** A server that speaks all three wires as the services do, written by somebody else. */
const mock = new LLMock({ port: 0, chunkSize: 7 });

beforeAll(async () => {
  mock.onMessage('talk', { content: 'A longer answer, in several pieces.' });
  mock.onMessage('work', {
    content: 'I will do both.',
    toolCalls: [
      { name: 'file_read', arguments: '{"path":"a.txt"}' },
      { name: 'send_mail', arguments: '{"to":"stranger@example.net"}' },
    ],
  });
  await mock.start();
});
afterAll(() => mock.stop());

const wires: readonly (readonly [string, (task: string) => object])[] = [
  ['/v1/chat/completions', (task) => ({ messages: [{ role: 'user', content: task }] })],
  ['/v1/responses', (task) => ({ input: [{ role: 'user', content: task }] })],
  ['/v1/messages', (task) => ({ max_tokens: 100, messages: [{ role: 'user', content: task }] })],
];

function guardedDoor(): Promise<OpenDoor> {
  return openDoor(
    {
      decideTool: ({ tool: name }) => decision(name === 'send_mail' ? 'deny' : 'allow', 'Mail goes to nobody outside.'),
    },
    onlyServer(`${mock.url}/v1`),
  );
}

describe.each(wires)('a peer on %s', (path, body) => {
  test(verifies('inference.one-reading', 'text and allowed calls arrive, a denied call is text'), async () => {
    const door = await guardedDoor();
    const talk = collect((await door.post(path, { model: 'peer/m', stream: true, ...body('talk') })).text);
    expect(talk).toMatchObject({ text: 'A longer answer, in several pieces.', calls: [], errors: [] });
    const work = collect((await door.post(path, { model: 'peer/m', stream: true, ...body('work') })).text);
    expect(work.errors).toEqual([]);
    expect(work.calls.map(({ tool: name, arguments: text }) => [name, JSON.parse(text)])).toEqual([
      ['file_read', { path: 'a.txt' }],
    ]);
    expect(work.text).toContain('Mail goes to nobody outside.');
    expect(work.text).not.toContain('stranger@example.net');
  });

  test(verifies('inference.denied-call-becomes-text', 'the same without a stream'), async () => {
    const door = await guardedDoor();
    const answer = await door.post(path, { model: 'peer/m', ...body('work') });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('file_read');
    expect(answer.text).toContain('Mail goes to nobody outside.');
    expect(answer.text).not.toContain('stranger@example.net');
  });
});

test(verifies('inference.denied-call-becomes-text', 'the AI SDK goes on after a refused call'), async () => {
  const door = await guardedDoor();
  const provider = createOpenAICompatible({
    name: 'clawhold',
    baseURL: 'http://inference.local/v1',
    fetch: fetchThrough(door.inference),
  });
  const anything = jsonSchema<Record<string, unknown>>({ type: 'object' });
  const tools: ToolSet = {
    file_read: tool({ description: 'Reads.', inputSchema: anything }),
    send_mail: tool({ description: 'Sends.', inputSchema: anything }),
  };
  const result = streamText({ model: provider('peer/m'), prompt: 'work', tools });
  expect(await result.text).toContain('The call of send_mail was not made');
  expect((await result.toolCalls).map(({ toolName, input }) => [toolName, input])).toEqual([
    ['file_read', { path: 'a.txt' }],
  ]);
});
