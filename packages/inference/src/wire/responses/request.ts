import type { Message } from '../../conversation.ts';
import { countOf, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';
import { Findings } from '../finding.ts';
import type { Inspection } from '../wire.ts';
import { readParts } from './parts.ts';

const knownKeys = ['model', 'input', 'instructions', 'tools', 'stream', 'max_output_tokens'] as const;

/** Tools that the client runs. Every other type, known or not, is run by the provider. */
const clientTools: ReadonlySet<unknown> = new Set(['function', 'custom', 'local_shell']);

/** Reads a request of OpenAI's responses wire (`POST /v1/responses`). */
export function inspectResponses(request: JsonObject): Inspection {
  const findings = new Findings();
  findings.outermostKeys(request, knownKeys);
  const tools = listOf(request['tools']).flatMap((value, index) => {
    const tool = objectOf(value);
    if (clientTools.has(tool['type'])) return [textOf(tool['name']) || textOf(tool['type'])];
    findings.feature('hosted_tool', `tools[${index}].type ${JSON.stringify(tool['type'] ?? null)}`);
    return [];
  });
  const instructions = textOf(request['instructions']);
  const messages = [
    ...(instructions === '' ? [] : [{ role: 'instructions', text: instructions } as const]),
    ...readInput(request['input'], findings),
  ];
  return {
    stream: request['stream'] === true,
    features: findings.features,
    unknown: findings.unknown,
    conversation: { messages, tools },
    answerTokens: countOf(request['max_output_tokens']),
    // The provider keeps every answer unless it is told not to.
    required: request['store'] === true ? {} : { store: false },
  };
}

function readInput(input: unknown, findings: Findings): readonly Message[] {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  if (input === undefined || input === null) return [];
  if (!Array.isArray(input)) {
    findings.unreadable('input');
    return [];
  }
  return input.flatMap((item, index) => readItem(objectOf(item), `input[${index}]`, findings));
}

function readItem(item: JsonObject, where: string, findings: Findings): readonly Message[] {
  const type = item['type'] ?? ('role' in item ? 'message' : undefined);
  switch (type) {
    case 'message':
      return [readMessage(item, where, findings)];
    case 'reasoning':
      readParts(item['summary'], `${where}.summary`, findings);
      readParts(item['content'], `${where}.content`, findings);
      return [];
    case 'function_call':
      return [pastCall(item, textOf(item['arguments']))];
    case 'custom_tool_call':
      return [pastCall(item, textOf(item['input']))];
    case 'local_shell_call':
      return [pastCall({ ...item, name: 'local_shell' }, JSON.stringify(item['action'] ?? {}))];
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      return [
        {
          role: 'tool',
          callId: textOf(item['call_id']) || textOf(item['id']),
          text: readParts(item['output'], `${where}.output`, findings),
        },
      ];
    case 'item_reference':
      findings.feature('server_state', `${where}.type "item_reference"`);
      return [];
    default:
      // What a hosted tool did in an earlier turn; and what nobody here knows.
      if (typeof type === 'string' && /_(call|call_output|list_tools|approval_request|approval_response)$/.test(type))
        findings.feature('hosted_tool', `${where}.type ${JSON.stringify(type)}`);
      else findings.unreadable(`${where}.type ${JSON.stringify(type ?? null)}`);
      return [];
  }
}

function readMessage(item: JsonObject, where: string, findings: Findings): Message {
  const text = readParts(item['content'], `${where}.content`, findings);
  switch (item['role']) {
    case 'assistant':
      return { role: 'assistant', text, calls: [] };
    case 'system':
    case 'developer':
      return { role: 'instructions', text };
    case 'user':
      return { role: 'user', text };
    default:
      findings.unreadable(`${where}.role ${JSON.stringify(item['role'] ?? null)}`);
      return { role: 'user', text };
  }
}

function pastCall(item: JsonObject, text: string): Message {
  const call = { id: textOf(item['call_id']) || textOf(item['id']), tool: textOf(item['name']), arguments: text };
  return { role: 'assistant', text: '', calls: [call] };
}
