import type { Message, PastCall } from '../../conversation.ts';
import { type JsonObject, objectOf, textOf } from '../../json-value.ts';
import type { Findings } from '../finding.ts';

/** What the blocks of one message say. */
export interface BlockContent {
  readonly text: string;
  readonly calls: readonly PastCall[];
  readonly results: readonly Extract<Message, { role: 'tool' }>[];
}

/** Reads content of the messages wire: a text, or a list of blocks that may hold lists of blocks. */
export function readBlocks(content: unknown, where: string, findings: Findings): BlockContent {
  if (typeof content === 'string') return { text: content, calls: [], results: [] };
  if (content === null || content === undefined) return { text: '', calls: [], results: [] };
  if (!Array.isArray(content)) {
    findings.unreadable(where);
    return { text: '', calls: [], results: [] };
  }
  const read = content.map((block, index) => readBlock(objectOf(block), `${where}[${index}]`, findings));
  return {
    text: read.map(({ text = '' }) => text).join(''),
    calls: read.flatMap(({ calls = [] }) => calls),
    results: read.flatMap(({ results = [] }) => results),
  };
}

function readBlock(block: JsonObject, where: string, findings: Findings): Partial<BlockContent> {
  const type = block['type'];
  switch (type) {
    case 'text':
      return { text: textOf(block['text']) };
    case 'thinking':
    case 'redacted_thinking':
      return {};
    case 'image':
    case 'document':
      readSource(objectOf(block['source']), `${where}.source`, findings);
      return {};
    case 'search_result':
      return { text: readBlocks(block['content'], `${where}.content`, findings).text };
    case 'tool_use': {
      const call = {
        id: textOf(block['id']),
        tool: textOf(block['name']),
        arguments: JSON.stringify(block['input'] ?? {}),
      };
      return { calls: [call] };
    }
    case 'tool_result': {
      const { text } = readBlocks(block['content'], `${where}.content`, findings);
      return { results: [{ role: 'tool', callId: textOf(block['tool_use_id']), text }] };
    }
    case 'container_upload':
      findings.feature('server_state', `${where}.type "container_upload"`);
      return {};
    default:
      // What a hosted tool did in an earlier turn (server_tool_use, web_search_tool_result, mcp_tool_use …).
      if (typeof type === 'string' && /_tool_(use|result)$/.test(type))
        findings.feature('hosted_tool', `${where}.type ${JSON.stringify(type)}`);
      else findings.unreadable(`${where}.type ${JSON.stringify(type ?? null)}`);
      return {};
  }
}

function readSource(source: JsonObject, where: string, findings: Findings): void {
  switch (source['type']) {
    case 'base64':
    case 'text':
      return;
    case 'content':
      readBlocks(source['content'], `${where}.content`, findings);
      return;
    case 'url':
      findings.link(source['url'], `${where}.url`);
      return;
    case 'file':
      findings.feature('server_state', `${where}.file_id`);
      return;
    default:
      findings.unreadable(`${where}.type ${JSON.stringify(source['type'] ?? null)}`);
  }
}
