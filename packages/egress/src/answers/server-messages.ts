import { parseStrictJson } from '@clawhold/policy';
import { isObject } from '../inspection/content.ts';
import { readEnvelope } from '../inspection/json-rpc.ts';
import type { MessageGate } from '../proxy/message-gate.ts';
import { type Fault, fault } from '../wire/fault.ts';
import { JsonOutline } from './json-outline.ts';
import { type ListedFor, withoutWithheld } from './tool-list.ts';

/** What becomes of a text in which a server of MCP says something. */
export type Heard =
  /** What goes on, as it came or written anew. */
  { readonly kind: 'heard'; readonly text: string } | { readonly kind: 'dropped' } | Fault;

export interface HearingOptions {
  /** Decides on what the server asks of the program. */
  readonly gate: MessageGate;
  /** Undefined when the policy pins nothing here. */
  readonly listed: ListedFor | undefined;
}

/** A method that no program has: its answer, "method not found", is what the server waits for. */
const refusedMethod = 'clawhold/refused';

/** True for a text that is read as messages; any other is none to any program. */
export function isMessages(text: string): boolean {
  return /^[{[]/.test(text.trimStart());
}

/**
 * Reads a message of a server, or a batch (MCP 2025-11-25, base protocol). Answers and notifications pass as they are;
 * what the server asks of the program is decided; of lists of tools goes what is withheld.
 */
export async function hear(text: string, options: HearingOptions): Promise<Heard> {
  const outline = new JsonOutline();
  outline.feed(text);
  if (outline.sight === 'unclear') return unclear;
  if (outline.sight === 'plain') return { kind: 'heard', text };
  const value = parsed(text);
  if (!Array.isArray(value)) return isObject(value) ? hearOne(value, text, options) : unclear;
  const passed: string[] = [];
  for (const member of value) {
    const heard: Heard = isObject(member) ? await hearOne(member, JSON.stringify(member), options) : unclear;
    if (heard.kind === 'fault') return heard;
    if (heard.kind === 'heard') passed.push(heard.text);
  }
  return passed.length === 0 ? { kind: 'dropped' } : { kind: 'heard', text: `[${passed.join(',')}]` };
}

type Message = Readonly<Record<string, unknown>>;

async function hearOne(message: Message, text: string, options: HearingOptions): Promise<Heard> {
  const { method, result } = message;
  if ('method' in message) {
    if ('id' in message) return hearRequest(message, text, options);
    // Nobody waits for an answer; under any other name it would be a request that some program takes for one.
    const isNotification = typeof method === 'string' && method.startsWith('notifications/');
    return isNotification ? { kind: 'heard', text } : { kind: 'dropped' };
  }
  if (options.listed === undefined || !isObject(result) || !('tools' in result)) return { kind: 'heard', text };
  const { tools } = result;
  if (!Array.isArray(tools)) return unclear;
  // Always written anew, so that what was compared is what arrives.
  const kept = await withoutWithheld(tools, options.listed).catch(() => undefined);
  if (kept === undefined) return unpinned;
  return { kind: 'heard', text: JSON.stringify({ ...message, result: { ...result, tools: kept } }) };
}

async function hearRequest(message: Message, text: string, { gate }: HearingOptions): Promise<Heard> {
  const strict = parseStrictJson(Buffer.from(text));
  if (strict.kind === 'refused') return unclear;
  const envelope = readEnvelope(message);
  if (envelope.kind !== 'call') return unclear;
  const { method, params = {} } = envelope;
  if (!isObject(params) || method === 'tools/call' || method.startsWith('session/')) return unclear;
  const asked = { protocol: 'mcp', method, tool: null, arguments: params } as const;
  // The id is another each time: a person says yes to what is asked.
  const action = Buffer.from(JSON.stringify({ method, params }));
  const passage = await gate.pass({ message: asked, content: params }, action);
  if (passage.kind === 'fault') return passage;
  if (passage.kind === 'passed') {
    passage.sent();
    return { kind: 'heard', text };
  }
  const refused = { jsonrpc: '2.0', id: message['id'], method: refusedMethod, params: { reason: passage.text } };
  return { kind: 'heard', text: JSON.stringify(refused) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unpinned: Fault = fault(
  'tool_pins',
  'What is new in the list of tools could not be recorded, so it does not pass.',
  502,
);

/** Also for a message that is longer than what is held, and of which more has to be known. */
export const unclear: Fault = fault(
  'server_message',
  'The server said something that programs could read differently, or that is too long to be read.',
  502,
);
