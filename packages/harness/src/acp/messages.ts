import { z } from 'zod';

export type MessageId = string | number;

/** A message of JSON-RPC: an answer, a request or a notification, by whether it has an id and a method. */
export interface Message {
  readonly id?: MessageId | undefined;
  readonly method?: string | undefined;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string } | undefined;
}

const messageSchema = z.object({
  id: z.union([z.number(), z.string().max(1_000)]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** What the program wrote on a line; undefined when it is no message. */
export function readMessage(line: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const initializedSchema = z.object({ protocolVersion: z.number() });
const sessionSchema = z.object({ sessionId: z.string() });
const promptedSchema = z.object({ stopReason: z.string() });

export function versionOf(result: unknown): number | undefined {
  return initializedSchema.safeParse(result).data?.protocolVersion;
}

export function sessionOf(result: unknown): string | undefined {
  return sessionSchema.safeParse(result).data?.sessionId;
}

export function stopReasonOf(result: unknown): string | undefined {
  return promptedSchema.safeParse(result).data?.stopReason;
}

/** What it tells of its work; everything else that it may tell is nothing to a person. */
export type Update =
  | { readonly sessionUpdate: 'agent_message_chunk'; readonly content: { readonly text: string } }
  | { readonly sessionUpdate: 'tool_call'; readonly title: string; readonly kind: string }
  | {
      readonly sessionUpdate: 'plan';
      readonly entries: readonly { readonly content: string; readonly status: string }[];
    };

const updateSchema = z.discriminatedUnion('sessionUpdate', [
  z.object({
    sessionUpdate: z.literal('agent_message_chunk'),
    content: z.object({ type: z.literal('text'), text: z.string() }),
  }),
  z.object({ sessionUpdate: z.literal('tool_call'), title: z.string(), kind: z.string().default('other') }),
  z.object({
    sessionUpdate: z.literal('plan'),
    entries: z.array(z.object({ content: z.string(), status: z.string() })).max(100),
  }),
]);
const updatedSchema = z.object({ sessionId: z.string(), update: updateSchema });

/** Of this session; undefined for those of others. */
export function updateOf(params: unknown, sessionId: string | undefined): Update | undefined {
  const { data } = updatedSchema.safeParse(params);
  return data === undefined || data.sessionId !== sessionId ? undefined : data.update;
}

/** Something that it asks whether it may do. */
export interface Permission {
  readonly toolCall: {
    readonly title?: string | null | undefined;
    readonly kind?: string | null | undefined;
    readonly rawInput?: unknown;
    readonly locations?: readonly { readonly path: string }[] | null | undefined;
  };
  readonly options: readonly { readonly optionId: string; readonly kind: string }[];
}

const permissionSchema = z.object({
  sessionId: z.string(),
  toolCall: z.object({
    title: z.string().nullish(),
    kind: z.string().nullish(),
    rawInput: z.unknown().optional(),
    locations: z.array(z.object({ path: z.string() })).nullish(),
  }),
  options: z.array(z.object({ optionId: z.string(), kind: z.string() })).max(100),
});

/** Of this session; undefined when it is no such question. */
export function permissionOf(params: unknown, sessionId: string | undefined): Permission | undefined {
  const { data } = permissionSchema.safeParse(params);
  return data === undefined || data.sessionId !== sessionId ? undefined : data;
}
