import type { Message, PastCall } from '../../conversation.ts';
import { countOf, isObject, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';
import { Findings } from '../finding.ts';
import type { Inspection } from '../wire.ts';

const knownKeys = ['model', 'messages', 'tools', 'functions', 'stream', 'max_tokens', 'max_completion_tokens'] as const;

/** Reads a request of OpenAI's chat wire (`POST /v1/chat/completions`). */
export function inspectChat(request: JsonObject): Inspection {
  const findings = new Findings();
  findings.outermostKeys(request, knownKeys);
  const tools = listOf(request['tools']).map((tool, index) => readTool(tool, `tools[${index}]`, findings));
  const functions = listOf(request['functions']).map((entry) => textOf(objectOf(entry)['name']));
  const messages = listOf(request['messages']).map((message, index) =>
    readMessage(message, `messages[${index}]`, findings),
  );
  return {
    stream: request['stream'] === true,
    features: findings.features,
    unknown: findings.unknown,
    conversation: { messages, tools: [...tools, ...functions].filter((name) => name !== '') },
    answerTokens: countOf(request['max_completion_tokens']) ?? countOf(request['max_tokens']),
    required: {},
  };
}

/** Only tools that the client runs are harmless; whatever else has a type is run by the provider. */
function readTool(value: unknown, where: string, findings: Findings): string {
  const tool = objectOf(value);
  const type = tool['type'];
  if (type === 'function' || type === 'custom') return textOf(objectOf(tool[type])['name']);
  findings.feature('hosted_tool', `${where}.type ${JSON.stringify(type ?? null)}`);
  return '';
}

function readMessage(value: unknown, where: string, findings: Findings): Message {
  const message = objectOf(value);
  const text = readContent(message['content'], `${where}.content`, findings);
  switch (message['role']) {
    case 'assistant':
      // Audio of an earlier answer is named by an id that only the provider can resolve.
      if (isObject(message['audio'])) findings.feature('server_state', `${where}.audio`);
      return { role: 'assistant', text, calls: pastCalls(message) };
    case 'tool':
      return { role: 'tool', callId: textOf(message['tool_call_id']), text };
    case 'function':
      return { role: 'tool', callId: textOf(message['name']), text };
    case 'system':
    case 'developer':
      return { role: 'instructions', text };
    case 'user':
      return { role: 'user', text };
    default:
      findings.unreadable(`${where}.role ${JSON.stringify(message['role'] ?? null)}`);
      return { role: 'user', text };
  }
}

function pastCalls(message: JsonObject): readonly PastCall[] {
  const calls = listOf(message['tool_calls']).map((value): PastCall => {
    const call = objectOf(value);
    const body = objectOf(call['function'] ?? call['custom']);
    return {
      id: textOf(call['id']),
      tool: textOf(body['name']),
      arguments: textOf(body['arguments'] ?? body['input']),
    };
  });
  const legacy = message['function_call'];
  if (!isObject(legacy)) return calls;
  const tool = textOf(legacy['name']);
  return [...calls, { id: tool, tool, arguments: textOf(legacy['arguments']) }];
}

function readContent(content: unknown, where: string, findings: Findings): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (Array.isArray(content))
    return content.map((part, index) => readPart(objectOf(part), `${where}[${index}]`, findings)).join('');
  findings.unreadable(where);
  return '';
}

function readPart(part: JsonObject, where: string, findings: Findings): string {
  switch (part['type']) {
    case 'text':
      return textOf(part['text']);
    case 'refusal':
      return textOf(part['refusal']);
    case 'input_audio':
      if ('url' in objectOf(part['input_audio'])) findings.feature('remote_url', `${where}.input_audio.url`);
      return '';
    case 'image_url':
    case 'video_url':
    case 'audio_url': {
      const link = part[part['type']];
      findings.link(isObject(link) ? link['url'] : link, `${where}.${part['type']}`);
      return '';
    }
    case 'file': {
      const file = objectOf(part['file']);
      if ('file_id' in file) findings.feature('server_state', `${where}.file.file_id`);
      if ('file_url' in file) findings.feature('remote_url', `${where}.file.file_url`);
      if ('file_data' in file && /^[a-z][a-z0-9+.-]*:/i.test(textOf(file['file_data'])))
        findings.link(file['file_data'], `${where}.file.file_data`);
      return '';
    }
    default:
      findings.unreadable(`${where}.type ${JSON.stringify(part['type'] ?? null)}`);
      return '';
  }
}
