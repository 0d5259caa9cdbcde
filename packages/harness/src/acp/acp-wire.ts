import type { ToolCall } from '@clawhold/spec';
import type { ConversationWire, WireEvent } from '../conversation.ts';
import { type McpServers, mcpServerList } from '../mcp-server.ts';
import { memberOf } from '../printed-event.ts';
import {
  type Message,
  type MessageId,
  type Permission,
  permissionOf,
  readMessage,
  sessionOf,
  stopReasonOf,
  type Update,
  updateOf,
  versionOf,
} from './messages.ts';

const protocolVersion = 1;
/** As JSON-RPC counts them. */
const [noMethod, wrongParameters] = [-32_601, -32_602] as const;

const [hello, session] = ['initialize', 'session/new'] as const;
/** UTF-16 code units of an answer; what comes then is let go. */
const longestAnswer = 256 * 1024;
/** Of what stands in a line about its work. */
const longestTitle = 1_000;
/** Questions that wait for an answer; more are answered no. */
const mostWaiting = 16;

type Options = Permission['options'];

/**
 * The Agent Client Protocol, version 1, as its client. One session, in the task folder. Files and terminals of the client are not
 * offered: the agent has its own, inside. A permission that it asks for is given once or not at all, never for ever.
 */
export function createAcpWire(mcp: McpServers = {}): ConversationWire {
  const mcpServers = Object.entries(mcpServerList(mcp)).map(([name, server]) => ({ name, ...server, headers: [] }));
  let sessionId: string | undefined;
  /** What it says since it did something last. */
  let saying = '';
  let length = 0;
  const turns = new Set<string>();
  const waiting = new Map<string, { readonly id: MessageId; readonly options: Options }>();

  function onAnswer({ id, result, error }: Message): readonly WireEvent[] {
    if (id === hello && sessionId === undefined) {
      const version = versionOf(result);
      if (version !== protocolVersion) return [refused(error?.message ?? notSpoken(version))];
      return [reply(request(session, session, { cwd: '/task', mcpServers }))];
    }
    if (id === session && sessionId === undefined) {
      sessionId = sessionOf(result);
      return [sessionId === undefined ? refused(error?.message ?? 'It began no session.') : { kind: 'ready' }];
    }
    if (typeof id !== 'string' || !turns.delete(id)) return [];
    const stop = stopReasonOf(result);
    const [text] = [saying.trim(), begin()];
    if (stop === 'end_turn') return [{ kind: 'answered', turn: id, text }];
    return [...said(text), { kind: 'failed', turn: id, why: error?.message ?? `It stopped: ${stop ?? 'no answer'}.` }];
  }

  function begin(): void {
    saying = '';
    length = 0;
  }

  function onUpdate(update: Update): readonly WireEvent[] {
    const [turn] = turns;
    if (turn === undefined) return [];
    switch (update.sessionUpdate) {
      case 'agent_message_chunk': {
        saying += update.content.text.slice(0, longestAnswer - length);
        length = Math.min(longestAnswer, length + update.content.text.length);
        return [{ kind: 'writing', turn, text: saying }];
      }
      case 'tool_call': {
        const before = saying.trim();
        saying = '';
        return [...said(before), ...said(`${update.kind}: ${update.title}`.slice(0, longestTitle))];
      }
      case 'plan':
        return said(update.entries.map(({ content, status }) => `- ${content.slice(0, 200)} (${status})`).join('\n'));
      default:
        return update satisfies never;
    }
  }

  function onRequest(id: MessageId, method: string, params: unknown): readonly WireEvent[] {
    const question = JSON.stringify(id);
    // Which of the two an answer would be for, nobody could tell.
    if (waiting.has(question)) return [];
    if (method !== 'session/request_permission') return [reply(problem(id, noMethod, 'Not offered.'))];
    const asked = permissionOf(params, sessionId);
    if (asked === undefined) return [reply(problem(id, wrongParameters, 'This is no question of the session.'))];
    const { options } = asked;
    if (turns.size === 0 || waiting.size >= mostWaiting || optionOf(options, true) === undefined)
      return [reply(outcome(id, optionOf(options, false)))];
    waiting.set(question, { id, options });
    return [{ kind: 'asks', question, call: callOf(question, asked) }];
  }

  return {
    hello: request(hello, hello, {
      protocolVersion,
      clientInfo: { name: 'clawhold', version: '1' },
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    }),
    read(line) {
      const message = readMessage(line);
      if (message === undefined) return [];
      const { id, method, params } = message;
      if (method === undefined) return onAnswer(message);
      if (id !== undefined) return onRequest(id, method, params);
      const update = method === 'session/update' ? updateOf(params, sessionId) : undefined;
      return update === undefined ? [] : onUpdate(update);
    },
    say(turn, text) {
      turns.add(turn);
      begin();
      return request(turn, 'session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
    },
    answer(question, isYes) {
      const asked = waiting.get(question);
      waiting.delete(question);
      return outcome(asked?.id ?? question, optionOf(asked?.options ?? [], isYes));
    },
  };
}

/** A yes is for this once, and so is a no. */
function optionOf(options: Options, isYes: boolean): string | undefined {
  return options.find(({ kind }) => kind === (isYes ? 'allow_once' : 'reject_once'))?.optionId;
}

/** What it asks about, in its own words. */
function callOf(id: string, { toolCall }: Permission): ToolCall {
  const { title, kind, rawInput, locations } = toolCall;
  const paths = locations?.map(({ path }) => path) ?? [];
  return {
    id,
    tool: kind ?? 'other',
    arguments: {
      ...memberOf(rawInput),
      ...(title === null || title === undefined ? {} : { title }),
      ...(paths.length === 0 ? {} : { locations: paths }),
    },
  };
}

function said(text: string): readonly WireEvent[] {
  return text === '' ? [] : [{ kind: 'said', text }];
}

function refused(why: string): WireEvent {
  return { kind: 'refused', why };
}

function reply(message: string): WireEvent {
  return { kind: 'reply', message };
}

function notSpoken(version: number | undefined): string {
  const theirs = version === undefined ? 'does not speak' : `speaks version ${version} of`;
  return `It ${theirs} the Agent Client Protocol; version ${protocolVersion} is needed.`;
}

function request(id: string, method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

function problem(id: MessageId, code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });
}

/** Without an option it is told that its question is over. */
function outcome(id: MessageId, optionId: string | undefined): string {
  const chosen = optionId === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId };
  return JSON.stringify({ jsonrpc: '2.0', id, result: { outcome: chosen } });
}
