import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { collect } from '../fixtures/collect.ts';
import { openDoor } from '../fixtures/open-door.ts';
import { onlyServer, sendEvents, wireServer } from '../fixtures/wire-server.ts';

/** Sends these events as a model server and gives what a client gets, and what was decided on the way. */
async function through(path: string, events: readonly (object | string)[]) {
  const server = await wireServer((response) => sendEvents(response, events));
  const door = await openDoor({}, onlyServer(server.baseUrl));
  const answer = await door.post(path, { model: 'peer/m', stream: true, messages: [], input: 'x' });
  return { answer, calls: door.calls, view: collect(answer.text) };
}

const chunk = (delta: object, finish_reason: string | null = null): object => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const piece = (text: string, more: object = {}): object => ({ index: 0, function: { arguments: text }, ...more });
const begin = (id: string, name: string, index = 0): object => ({ index, id, function: { name, arguments: '' } });
const calls = (...tool_calls: object[]): object => chunk({ tool_calls });
const end = chunk({}, 'tool_calls');

/** A well-formed call that must not get out when something after it is wrong. */
const attacks: readonly (readonly [string, readonly (object | string)[]])[] = [
  ['a name that changes', [calls(begin('a', 'file_read')), calls({ index: 0, function: { name: 'shell_exec' } }), end]],
  ['an id that changes without a name', [calls(begin('a', 'x')), calls(piece('{}', { id: 'b' })), end]],
  ['two calls with one id', [calls(begin('a', 'x', 0), begin('a', 'y', 1)), end]],
  ['arguments that are not JSON', [calls(begin('a', 'x')), calls(piece('{"a":')), end]],
  ['arguments with a key twice', [calls(begin('a', 'x')), calls(piece('{"p":1,"p":2}')), end]],
  ['arguments that are a list', [calls(begin('a', 'x')), calls(piece('[1]')), end]],
  ['a call without a name', [calls({ index: 0, id: 'a', function: { arguments: '{}' } }), end]],
  ['a call of an unknown type', [calls({ index: 0, id: 'a', type: 'mcp', function: { name: 'x' } }), end]],
  ['a whole message inside the stream', [{ choices: [{ index: 0, message: { tool_calls: [begin('a', 'x')] } }] }]],
  ['a key that looks like a call', [chunk({ toolCalls: [begin('a', 'x')] })]],
  ['a key in another case', [chunk({ Tool_Calls: [begin('a', 'x')] })]],
  [
    'a legacy call with two names',
    [chunk({ function_call: { name: 'x' } }), chunk({ function_call: { name: 'y' } }), end],
  ],
  ['calls that are no list', [chunk({ tool_calls: { 0: begin('a', 'x') } }), end]],
  ['two keys of one name in the event', ['{"choices":[{"index":0,"delta":{"content":"x","content":"y"}}]}']],
  ['an event that is no object', ['"hello"']],
  ['a runaway of calls', [calls(...Array.from({ length: 200 }, (_, index) => begin(`c${index}`, 'x', index))), end]],
];

describe('the chat wire', () => {
  test.each(attacks)(verifies('inference.malformed-calls-end-the-answer', '%s ends the answer'), async (_, events) => {
    const { view, answer } = await through('/v1/chat/completions', events);
    expect(view.calls).toEqual([]);
    expect(view.errors).toHaveLength(1);
    expect(answer.text).not.toContain('shell_exec"');
  });

  test(
    verifies('inference.malformed-calls-end-the-answer', 'a call that goes on after its end never grows'),
    async () => {
      const { view, calls: decided } = await through('/v1/chat/completions', [
        calls(begin('a', 'x')),
        calls(piece('{"path":"a"}')),
        end,
        calls(piece('{"path":"/etc/shadow"}')),
      ]);
      expect(decided.map((call) => call.arguments)).toEqual([{ path: 'a' }]);
      expect(view.calls).toEqual([{ id: 'a', tool: 'x', arguments: '{"path":"a"}' }]);
      expect(view.errors).toEqual(['The model answered with a call of "x" that goes on after its end.']);
    },
  );

  test(
    verifies('inference.one-reading', 'servers that give every call the same index are read as several calls'),
    async () => {
      const { view, calls: decided } = await through('/v1/chat/completions', [
        calls(begin('a', 'x')),
        calls(piece('{}')),
        calls(begin('b', 'y')),
        calls(piece('{"z":1}')),
        end,
        '[DONE]',
      ]);
      expect(decided).toEqual([
        { id: 'a', tool: 'x', arguments: {} },
        { id: 'b', tool: 'y', arguments: { z: 1 } },
      ]);
      expect(view.calls).toHaveLength(2);
    },
  );

  test(verifies('inference.calls-decided-first', 'the legacy function call is decided too'), async () => {
    const {
      view,
      calls: decided,
      answer,
    } = await through('/v1/chat/completions', [
      chunk({ function_call: { name: 'pay', arguments: '{"to":' } }),
      chunk({ function_call: { arguments: '"x"}' } }),
      chunk({}, 'function_call'),
    ]);
    expect(decided).toEqual([{ id: 'function_call', tool: 'pay', arguments: { to: 'x' } }]);
    expect(view.errors).toEqual([]);
    expect(answer.text).toContain(String.raw`"function_call":{"name":"pay","arguments":"{\"to\":\"x\"}"}`);
  });

  test(
    verifies('inference.calls-decided-first', 'a call whose stream ends without a finish is decided all the same'),
    async () => {
      const { view, calls: decided } = await through('/v1/chat/completions', [
        calls(begin('a', 'x')),
        calls(piece('{}')),
        '[DONE]',
      ]);
      expect(decided).toHaveLength(1);
      expect(view.calls).toHaveLength(1);
    },
  );
});

const item = { type: 'function_call', id: 'fc', call_id: 'a', name: 'x', arguments: '' };
const added = { type: 'response.output_item.added', output_index: 0, item };
const delta = (text: string, id = 'fc'): object => ({
  type: 'response.function_call_arguments.delta',
  item_id: id,
  output_index: 0,
  delta: text,
});
const finished = (more: object = {}): object => ({
  type: 'response.output_item.done',
  output_index: 0,
  item: { ...item, arguments: '{}', ...more },
});
const completed = (output: readonly object[]): object => ({ type: 'response.completed', response: { output } });

describe('the responses wire', () => {
  test.each<[string, readonly object[]]>([
    ['pieces that differ from the item', [added, delta('{"a":1}'), finished()]],
    ['a name that changes', [added, delta('{}'), finished({ name: 'shell_exec' })]],
    ['a call id that changes', [added, delta('{}'), finished({ call_id: 'b' })]],
    ['pieces of another item', [added, delta('{}', 'other'), finished()]],
    ['a call that only the end holds', [completed([{ ...item, arguments: '{}' }])]],
    ['a call without a beginning', [finished()]],
    ['a call that differs in the end', [added, finished(), completed([{ ...item, arguments: '{"a":1}' }])]],
    ['a text event inside a call', [added, { type: 'response.output_text.delta', output_index: 0, delta: 'x' }]],
    ['a call event outside a call', [delta('{}')]],
    ['an item that the provider ran', [{ ...added, item: { type: 'web_search_call', id: 'w' } }]],
    ['an item of an unknown type', [{ ...added, item: { type: 'brand_new_call', id: 'w' } }]],
    ['a second call in the same place', [added, added]],
    ['a call without an end', [added]],
  ])(verifies('inference.malformed-calls-end-the-answer', '%s ends the answer'), async (_, events) => {
    const { view } = await through('/v1/responses', events);
    expect(view.errors).toHaveLength(1);
  });
});

const start = (content_block: object, index = 0): object => ({ type: 'content_block_start', index, content_block });
const use = { type: 'tool_use', id: 'a', name: 'x', input: {} };
const input = (partial_json: string, index = 0): object => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'input_json_delta', partial_json },
});
const stop = (index = 0): object => ({ type: 'content_block_stop', index });

describe('the messages wire', () => {
  test.each<[string, readonly object[]]>([
    ['a call inside a text block', [start({ type: 'text', text: '' }), input('{"command":"x"}'), stop()]],
    ['text inside a call', [start(use), { ...input(''), delta: { type: 'text_delta', text: 'x' } }, stop()]],
    ['pieces after the end', [start(use), input('{}'), stop(), input('{}')]],
    ['two calls with one id', [start(use), stop(), start(use, 1), stop(1)]],
    ['a call in the place of another', [start(use), stop(), start({ ...use, id: 'b' })]],
    ['arguments that are not JSON', [start(use), input('{"a'), stop()]],
    ['a whole object and pieces', [start({ ...use, input: { a: 1 } }), input('{"a":2}'), stop()]],
    ['a block that the provider ran', [start({ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} })]],
    ['a block of an unknown type', [start({ type: 'brand_new_use' })]],
    ['an event of an unknown type', [{ type: 'content_block_replace', index: 0 }]],
    ['a call in the beginning', [{ type: 'message_start', message: { content: [use] } }]],
    ['a call without an end', [start(use), input('{}')]],
  ])(verifies('inference.malformed-calls-end-the-answer', '%s ends the answer'), async (_, events) => {
    const { view } = await through('/v1/messages', events);
    expect(view.errors).toHaveLength(1);
  });
});
