import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json-value.ts';
import { chatWire } from './chat/wire.ts';
import { messagesWire } from './messages/wire.ts';
import { responsesWire } from './responses/wire.ts';
import type { Wire } from './wire.ts';

const user = (...content: object[]): JsonObject => ({ messages: [{ role: 'user', content }] });
const input = (...content: object[]): JsonObject => ({ input: [{ role: 'user', content }] });
const item = (...items: object[]): JsonObject => ({ input: items });
const tool = (value: object): JsonObject => ({ tools: [value] });
const nested = (block: object): JsonObject =>
  user({
    type: 'tool_result',
    tool_use_id: 't',
    content: [{ type: 'document', source: { type: 'content', content: [block] } }],
  });

type Case = readonly [string, Wire, JsonObject];

const hosted: readonly Case[] = [
  ['web search', responsesWire, tool({ type: 'web_search' })],
  ['a dated web search', responsesWire, tool({ type: 'web_search_preview_2025_03_11' })],
  ['code interpreter', responsesWire, tool({ type: 'code_interpreter', container: { type: 'auto' } })],
  ['file search', responsesWire, tool({ type: 'file_search', vector_store_ids: ['v'] })],
  ['remote MCP', responsesWire, tool({ type: 'mcp', server_url: 'https://x.example' })],
  ['computer use', responsesWire, tool({ type: 'computer_use_preview' })],
  ['a tool by a new name', responsesWire, tool({ type: 'telepathy_2027' })],
  ['a tool without a type', responsesWire, tool({ name: 'x' })],
  ['a hosted tool of an earlier turn', responsesWire, item({ type: 'web_search_call', id: 'w' })],
  ['a hosted tool', chatWire, tool({ type: 'web_search' })],
  ['a tool without a type', chatWire, tool({ function: { name: 'x' } })],
  ['search by an option', chatWire, { web_search_options: { search_context_size: 'low' } }],
  ['a model that searches', chatWire, { model: 'peer/gpt-4o-search-preview' }],
  ['a router that searches', chatWire, { model: 'openrouter/x/y:online' }],
  ['plug-ins of a router', chatWire, { plugins: [{ id: 'web' }] }],
  ['live search', chatWire, { search_parameters: { mode: 'on' } }],
  ['web search', messagesWire, tool({ type: 'web_search_20250305', name: 'web_search' })],
  ['code execution', messagesWire, tool({ type: 'code_execution_20250825', name: 'x' })],
  ['computer use', messagesWire, tool({ type: 'computer_20250124', name: 'computer' })],
  ['a tool by a new name', messagesWire, tool({ type: 'anything_20300101', name: 'x' })],
  ['remote MCP', messagesWire, { mcp_servers: [{ type: 'url', url: 'https://x.example' }] }],
  ['a container', messagesWire, { container: 'c' }],
  ['a hosted tool of an earlier turn', messagesWire, user({ type: 'server_tool_use', id: 's' })],
];

const remote: readonly Case[] = [
  ['an image', chatWire, user({ type: 'image_url', image_url: { url: 'https://x.example/a.png' } })],
  ['an image as plain text', chatWire, user({ type: 'image_url', image_url: 'http://169.254.169.254/' })],
  ['a relative image', chatWire, user({ type: 'image_url', image_url: { url: '//x.example' } })],
  ['a video', chatWire, user({ type: 'video_url', video_url: { url: 'https://x.example/a.mp4' } })],
  ['a file', chatWire, user({ type: 'file', file: { file_url: 'https://x.example' } })],
  ['a file in place of data', chatWire, user({ type: 'file', file: { file_data: 'https://x.example/f.pdf' } })],
  ['an image', responsesWire, input({ type: 'input_image', image_url: 'https://x.example/a.png' })],
  ['a file', responsesWire, input({ type: 'input_file', file_url: 'https://x.example/a.pdf' })],
  [
    'an image in a tool result',
    responsesWire,
    item({
      type: 'function_call_output',
      call_id: 'c',
      output: [{ type: 'input_image', image_url: 'http://x.example' }],
    }),
  ],
  ['an image', messagesWire, user({ type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } })],
  ['a document', messagesWire, user({ type: 'document', source: { type: 'url', url: 'https://x.example/a.pdf' } })],
  ['an image deep inside', messagesWire, nested({ type: 'image', source: { type: 'url', url: 'https://x.example' } })],
];

const state: readonly Case[] = [
  ['a stored answer', responsesWire, { previous_response_id: 'r' }],
  ['storing', responsesWire, { store: true }],
  ['storing', chatWire, { store: true }],
  ['a conversation', responsesWire, { conversation: 'c' }],
  ['background work', responsesWire, { background: true }],
  ['a stored prompt', responsesWire, { prompt: { id: 'p' } }],
  ['a stored item', responsesWire, item({ type: 'item_reference', id: 'i' })],
  ['an uploaded file', responsesWire, input({ type: 'input_file', file_id: 'f' })],
  ['an uploaded file', chatWire, user({ type: 'file', file: { file_id: 'f' } })],
  ['stored audio', chatWire, { messages: [{ role: 'assistant', audio: { id: 'a' } }] }],
  ['an uploaded file', messagesWire, user({ type: 'document', source: { type: 'file', file_id: 'f' } })],
  ['an upload into a container', messagesWire, user({ type: 'container_upload', file_id: 'f' })],
];

const unknown: readonly Case[] = [
  ['a part', chatWire, user({ type: 'hologram' })],
  ['a part without a type', chatWire, user({ text: 'x' })],
  ['a role', chatWire, { messages: [{ role: 'root', content: 'x' }] }],
  ['content of another shape', chatWire, { messages: [{ role: 'user', content: { type: 'text' } }] }],
  ['a key in another case', chatWire, { Tools: [{ type: 'web_search' }] }],
  ['a key with odd letters', chatWire, { meſsages: [] }],
  ['a key in camel case', responsesWire, { previousResponseId: 'x' }],
  ['an item', responsesWire, item({ type: 'hologram' })],
  ['a part', responsesWire, input({ type: 'hologram' })],
  ['a block', messagesWire, user({ type: 'hologram' })],
  ['a source', messagesWire, user({ type: 'image', source: { type: 'carrier_pigeon' } })],
  ['a block deep inside', messagesWire, nested({ type: 'hologram' })],
];

const named = ([what, wire, request]: Case): Case => [`${what}, ${wire.name}`, wire, request];

const features = (wire: Wire, request: JsonObject): readonly string[] =>
  wire.inspect(request).features.map(({ feature }) => feature);

describe('what a provider would do by itself is found', () => {
  test.each(hosted.map(named))(verifies('inference.provider-tools-refused', '%s'), (_, wire, request) => {
    expect(features(wire, request)).toEqual(['hosted_tool']);
  });
  test.each(remote.map(named))(verifies('inference.remote-urls-refused', '%s'), (_, wire, request) => {
    expect(features(wire, request)).toEqual(['remote_url']);
  });
  test.each(state.map(named))(verifies('inference.server-state-refused', '%s'), (_, wire, request) => {
    expect(features(wire, request)).toEqual(['server_state']);
  });
  test.each(unknown.map(named))(verifies('inference.unknown-parts-refused', '%s'), (_, wire, request) => {
    expect(wire.inspect(request).unknown).toHaveLength(1);
  });
});

const png = 'data:image/png;base64,AAAA';

test.each<Case>([
  [
    'chat',
    chatWire,
    {
      ...user({ type: 'text', text: 'x' }, { type: 'image_url', image_url: { url: png } }),
      store: false,
      tools: [{ type: 'function', function: { name: 'f' } }],
      temperature: 1,
      unheard_of: true,
    },
  ],
  [
    'responses',
    responsesWire,
    {
      ...input({ type: 'input_text', text: 'x' }, { type: 'input_image', image_url: png, file_id: null }),
      tools: [
        { type: 'function', name: 'f' },
        { type: 'custom', name: 'g' },
      ],
      previous_response_id: null,
    },
  ],
  [
    'messages',
    messagesWire,
    {
      ...nested({ type: 'image', source: { type: 'base64', data: 'AAAA' } }),
      tools: [
        { name: 'f', input_schema: {} },
        { type: 'bash_20250124', name: 'bash' },
      ],
      thinking: { type: 'enabled' },
    },
  ],
])('an ordinary request on the %s wire has nothing of it', (_, wire, request) => {
  const { features: found, unknown: unread } = wire.inspect(request);
  expect([found, unread]).toEqual([[], []]);
});

test(verifies('inference.server-state-refused', 'the responses wire is told not to store, because it would'), () => {
  expect(responsesWire.inspect({ input: 'x' }).required).toEqual({ store: false });
});
