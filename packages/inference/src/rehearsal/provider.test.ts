import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { verifies } from '@clawhold/testkit';
import { jsonSchema, streamText, type ToolSet, tool } from 'ai';
import { expect, test } from 'vitest';
import { fetchThrough } from '../fixtures/fetch-through.ts';
import { openDoor } from '../fixtures/open-door.ts';

const anything = jsonSchema<Record<string, unknown>>({ type: 'object' });
const tools: ToolSet = {
  file_list: tool({ description: 'Lists files.', inputSchema: anything }),
  task_complete: tool({ description: 'Says that it is done.', inputSchema: anything }),
};

test(
  verifies('inference.rehearsal-says-so', 'every answer of the rehearsal model says that it is scripted'),
  async () => {
    const door = await openDoor();
    for (const [path, body] of [
      ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] }],
      ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }], stream: true }],
      ['/v1/responses', { input: 'Hello' }],
      ['/v1/responses', { input: 'Hello', stream: true }],
      ['/v1/messages', { messages: [{ role: 'user', content: 'Hello' }] }],
      ['/v1/messages', { messages: [{ role: 'user', content: 'Hello' }], stream: true }],
    ] as const) {
      const answer = await door.post(path, { model: 'rehearsal/default', ...body });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('"system_fingerprint":"rehearsal"');
    }
    const [model] = await door.inference.models();
    expect(model).toMatchObject({ name: 'rehearsal/default', scripted: true, found: 'rehearsal' });
  },
);

test(
  verifies(
    'inference.rehearsal-is-served-like-a-model',
    'the AI SDK works with the rehearsal model over the chat wire',
  ),
  async () => {
    const door = await openDoor();
    const provider = createOpenAICompatible({
      name: 'clawhold',
      baseURL: 'http://inference.local/v1',
      includeUsage: true,
      fetch: fetchThrough(door.inference),
    });
    const result = streamText({
      model: provider('rehearsal/default'),
      prompt: 'Tidy this folder.',
      tools,
      onError: () => undefined,
    });
    expect(await result.text).toContain('scripted rehearsal model');
    const [call] = await result.toolCalls;
    expect(call).toMatchObject({ toolName: 'file_list', input: { path: '.', depth: 2 } });
    expect((await result.usage).inputTokens).toBeGreaterThan(0);
    expect(door.calls.map((seen) => seen.tool)).toEqual(['file_list']);

    const next = streamText({
      model: provider('rehearsal/default'),
      tools,
      messages: [
        { role: 'user', content: 'Tidy this folder.' },
        ...(await result.responseMessages),
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: call?.toolCallId ?? '',
              toolName: 'file_list',
              output: { type: 'text', value: 'README.md' },
            },
          ],
        },
      ],
    });
    expect((await next.toolCalls)[0]).toMatchObject({ toolName: 'task_complete' });
    expect(door.results).toEqual([{ callId: call?.toolCallId, tool: 'file_list', text: 'README.md' }]);
  },
);
