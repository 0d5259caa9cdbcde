import type { Message } from '../../conversation.ts';
import { countOf, type JsonObject, listOf, objectOf, textOf } from '../../json-value.ts';
import { Findings } from '../finding.ts';
import type { Inspection } from '../wire.ts';
import { readBlocks } from './blocks.ts';

const knownKeys = ['model', 'messages', 'system', 'tools', 'stream', 'max_tokens'] as const;

/**
 * Tools of Anthropic's own that the client runs: their types end in a date. Everything else with a type is run by the
 * provider, or drives a computer, and counts as a hosted tool.
 */
const clientTool = /^(bash|text_editor|memory)_\d{8}$/;

/** Reads a request of Anthropic's messages wire (`POST /v1/messages`). */
export function inspectMessages(request: JsonObject): Inspection {
  const findings = new Findings();
  findings.outermostKeys(request, knownKeys);
  const tools = listOf(request['tools']).flatMap((value, index) => {
    const tool = objectOf(value);
    const type = tool['type'] ?? 'custom';
    if (type === 'custom' || (typeof type === 'string' && clientTool.test(type))) return [textOf(tool['name'])];
    findings.feature('hosted_tool', `tools[${index}].type ${JSON.stringify(type)}`);
    return [];
  });
  const system = readBlocks(request['system'], 'system', findings).text;
  const messages = listOf(request['messages']).flatMap((message, index) =>
    readMessage(objectOf(message), `messages[${index}]`, findings),
  );
  return {
    stream: request['stream'] === true,
    features: findings.features,
    unknown: findings.unknown,
    conversation: {
      messages: system === '' ? messages : [{ role: 'instructions', text: system }, ...messages],
      tools,
    },
    answerTokens: countOf(request['max_tokens']),
    required: {},
  };
}

/** A message of the user may hold tool results and words at once; they are messages of their own here. */
function readMessage(message: JsonObject, where: string, findings: Findings): readonly Message[] {
  const { text, calls, results } = readBlocks(message['content'], `${where}.content`, findings);
  switch (message['role']) {
    case 'assistant':
      return [{ role: 'assistant', text, calls }];
    case 'system':
      return [{ role: 'instructions', text }];
    case 'user':
      return text === '' && results.length > 0 ? results : [...results, { role: 'user', text }];
    default:
      findings.unreadable(`${where}.role ${JSON.stringify(message['role'] ?? null)}`);
      return [];
  }
}
