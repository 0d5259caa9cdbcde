import { setTimeout as sleep } from 'node:timers/promises';
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';

/** The tools that the official conformance suite of MCP calls; what each must do stands in the suite's own descriptions. */

/** A PNG and a WAV file, as small as they can be. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const wav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

type Work = (given: Readonly<Record<string, unknown>>, context: ServerContext) => Promise<CallToolResult>;

interface ReferenceTool {
  readonly work: Work;
  readonly inputSchema?: Readonly<Record<string, unknown>>;
}

const text = (words: string) => ({ type: 'text' as const, text: words });
const image = { type: 'image' as const, data: png, mimeType: 'image/png' };
const resource = (uri: string, mimeType: string, words: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: words },
});
const says =
  (...content: CallToolResult['content']): Work =>
  async () => ({ content });

const logs: Work = async (_given, { mcpReq }) => {
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
    await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
  return { content: [text('Logged.')] };
};

const progresses: Work = async (_given, { mcpReq }) => {
  const progressToken = mcpReq._meta?.progressToken ?? 0;
  for (const progress of [0, 50, 100])
    await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
  return { content: [text('Done.')] };
};

const samples: Work = async ({ prompt }, { mcpReq }) => {
  const messages = [{ role: 'user' as const, content: text(String(prompt)) }];
  const { content } = await mcpReq.send({ method: 'sampling/createMessage', params: { messages, maxTokens: 100 } });
  return { content: [text(`LLM response: ${JSON.stringify(content)}`)] };
};

/** Asks the person behind the client to fill in a form. */
function elicits(properties: Readonly<Record<string, unknown>>): Work {
  return async ({ message }, { mcpReq }) => {
    const requestedSchema = { type: 'object', properties, required: Object.keys(properties).slice(0, 1) };
    const params: Record<string, unknown> = { message: String(message ?? 'Please fill in the form.'), requestedSchema };
    const answer = await mcpReq.send({ method: 'elicitation/create', params });
    return { content: [text(`User response: ${JSON.stringify(answer)}`)] };
  };
}

const reconnects: Work = async (_given, { http }) => {
  http?.closeSSE?.();
  await sleep(100);
  return { content: [text('The answer came on another stream.')] };
};

const options = ['option1', 'option2', 'option3'];
const titled = ['First', 'Second', 'Third'].map((title, index) => ({ const: `value${index + 1}`, title }));
const enums = {
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled } },
};
const defaults = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};
const address = { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } };

export const referenceTools: ReadonlyMap<string, ReferenceTool> = new Map<string, ReferenceTool>([
  ['test_simple_text', { work: says(text('This is a simple text response for testing.')) }],
  ['test_image_content', { work: says(image) }],
  ['test_audio_content', { work: says({ type: 'audio', data: wav, mimeType: 'audio/wav' }) }],
  ['test_embedded_resource', { work: says(resource('test://embedded', 'text/plain', 'An embedded resource.')) }],
  [
    'test_multiple_content_types',
    { work: says(text('Mixed:'), image, resource('test://mixed', 'application/json', '{}')) },
  ],
  ['test_tool_with_logging', { work: logs }],
  ['test_tool_with_progress', { work: progresses }],
  ['test_error_handling', { work: async () => ({ isError: true, content: [text('This tool always fails.')] }) }],
  ['test_reconnection', { work: reconnects }],
  ['test_sampling', { work: samples }],
  ['test_elicitation', { work: elicits({ response: { type: 'string', description: 'What the user says' } }) }],
  ['test_elicitation_sep1034_defaults', { work: elicits(defaults) }],
  ['test_elicitation_sep1330_enums', { work: elicits(enums) }],
  [
    'json_schema_2020_12_tool',
    {
      work: says(text('Called.')),
      inputSchema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: { address },
        properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
        additionalProperties: false,
      },
    },
  ],
]);
