import { z } from 'zod';
import type { ConversationWire, WireEvent } from '../conversation.ts';
import { commandRefusal } from './slash-commands.ts';

/** Its main conversation, which the run of one task uses as well. */
export const mainSession = 'agent:main:main';

const textSchema = z.object({ content: z.array(z.object({ text: z.string().optional() })) });

const frameSchema = z.union([
  z.object({ type: z.literal('event'), event: z.string(), payload: z.record(z.string(), z.unknown()) }),
  z.object({
    type: z.literal('res'),
    id: z.string(),
    ok: z.boolean(),
    error: z.object({ message: z.string(), retryable: z.boolean().optional() }).optional(),
  }),
]);
type Frame = z.infer<typeof frameSchema>;

const chatSchema = z.object({
  runId: z.string(),
  state: z.string(),
  message: textSchema.optional(),
  errorMessage: z.string().optional(),
});

const toolSchema = z.object({
  stream: z.literal('tool'),
  data: z.object({ phase: z.literal('start'), name: z.string() }),
});

const execRequestSchema = z.object({
  id: z.string(),
  request: z.object({ command: z.string(), cwd: z.string().nullish() }),
});
const pluginRequestSchema = z.object({
  id: z.string(),
  request: z.object({ title: z.string(), description: z.string().nullish(), toolName: z.string().nullish() }),
});
const resolvedSchema = z.object({ id: z.string() });

/**
 * The WebSocket of OpenClaw 2026.9.6 (protocol 4), as its client `gateway-client`. It asks for every scope: one that is not an
 * administrator's is not shown what others ask for, and then OpenClaw refuses that without asking anybody.
 *
 * @param carriedOut tools that its hands carry out; their calls are told there.
 * @see https://docs.openclaw.ai/gateway/protocol
 */
export function createGatewayWire(secret: string, carriedOut: readonly string[]): ConversationWire {
  const turns = new Set<string>();
  const kinds = new Map<string, 'exec' | 'plugin'>();
  const request = (id: string, method: string, params: object): string =>
    JSON.stringify({ type: 'req', id, method, params });

  function onEvent(name: string, payload: unknown): readonly WireEvent[] {
    switch (name) {
      case 'connect.challenge':
        return [{ kind: 'reply', message: request('connect', 'connect', introduction(secret)) }];
      case 'chat':
        return onChat(chatSchema.safeParse(payload).data);
      case 'agent': {
        const tool = toolSchema.safeParse(payload).data?.data.name;
        return tool === undefined || carriedOut.includes(tool) ? [] : [{ kind: 'said', text: `It uses ${tool}.` }];
      }
      case 'exec.approval.requested': {
        const { data } = execRequestSchema.safeParse(payload);
        return data === undefined ? [] : asks('exec', data.id, 'exec', data.request);
      }
      case 'plugin.approval.requested': {
        const { data } = pluginRequestSchema.safeParse(payload);
        return data === undefined ? [] : asks('plugin', data.id, data.request.toolName ?? 'plugin', data.request);
      }
      case 'exec.approval.resolved':
      case 'plugin.approval.resolved': {
        const { data } = resolvedSchema.safeParse(payload);
        return data === undefined ? [] : [{ kind: 'settled', question: data.id }];
      }
      default:
        return [];
    }
  }

  function asks(kind: 'exec' | 'plugin', id: string, tool: string, values: object): readonly WireEvent[] {
    kinds.set(id, kind);
    const told = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
    return [{ kind: 'asks', question: id, call: { id, tool, arguments: Object.fromEntries(told) } }];
  }

  function onChat(chat: z.infer<typeof chatSchema> | undefined): readonly WireEvent[] {
    if (chat === undefined) return [];
    const { runId: turn, state, message, errorMessage } = chat;
    const text = (message?.content ?? []).map((part) => part.text ?? '').join('');
    if (!turns.has(turn)) return state === 'final' && text !== '' ? [{ kind: 'said', text }] : [];
    if (state === 'delta') return [{ kind: 'writing', turn, text }];
    if (state !== 'final' && state !== 'error' && state !== 'aborted') return [];
    turns.delete(turn);
    if (state === 'final') return [{ kind: 'answered', turn, text }];
    return [{ kind: 'failed', turn, why: errorMessage ?? 'It broke its answer off.' }];
  }

  function onResponse({ id, ok, error }: Extract<Frame, { type: 'res' }>): readonly WireEvent[] {
    if (id === 'connect') {
      if (ok) return [{ kind: 'ready' }];
      return error?.retryable === true ? [] : [{ kind: 'refused', why: error?.message ?? 'It refused to talk.' }];
    }
    if (ok || !turns.delete(id)) return [];
    return [{ kind: 'failed', turn: id, why: error?.message ?? 'It refused the message.' }];
  }

  return {
    read(message) {
      const frame = frameOf(message);
      if (frame === undefined) return [];
      return frame.type === 'event' ? onEvent(frame.event, frame.payload) : onResponse(frame);
    },
    refuses: commandRefusal,
    say(turn, text) {
      turns.add(turn);
      return request(turn, 'chat.send', { sessionKey: mainSession, message: text, idempotencyKey: turn });
    },
    answer(question, isYes) {
      const method = `${kinds.get(question) ?? 'exec'}.approval.resolve`;
      kinds.delete(question);
      return request(`answer-${question}`, method, { id: question, decision: isYes ? 'allow-once' : 'deny' });
    },
  };
}

function introduction(secret: string): object {
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' },
    role: 'operator',
    scopes: ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals'],
    caps: ['tool-events', 'approvals', 'exec-approvals', 'plugin-approvals'],
    auth: { token: secret },
  };
}

function frameOf(message: string): Frame | undefined {
  try {
    return frameSchema.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
