import { limits } from '@clawhold/spec';
import { z } from 'zod';
import type { ControlUi, PageMessage } from '../control-ui.ts';
import { mainSessionSchema, pageEvents, pageMethods, platformMethods, usualMethods } from './page-methods.ts';
import { commandRefusal } from './slash-commands.ts';

const requestSchema = z.object({
  type: z.literal('req'),
  id: z.string().max(100),
  method: z.string().regex(/^[\w.-]{1,100}$/),
  params: z.unknown(),
});

const saidSchema = z.object({
  sessionKey: mainSessionSchema,
  message: z.string().trim().min(1).max(limits.messageCharacters),
  idempotencyKey: z.string().regex(/^[\w-]{1,100}$/),
  attachments: z.array(z.never()).optional(),
});

const stoppedSchema = z.object({ sessionKey: mainSessionSchema });

const frameSchema = z.looseObject({
  type: z.enum(['event', 'res']),
  event: z.string().optional(),
  payload: z.unknown(),
});

/** What is told of another conversation of the agent's is none of this page's. */
const elsewhereSchema = z.object({ sessionKey: z.string().refine((key) => !mainSessionSchema.safeParse(key).success) });

/** The rest of it names other ways in. */
const helloSchema = z.object({
  type: z.literal('hello-ok'),
  protocol: z.number(),
  server: z.unknown(),
  policy: z.unknown(),
});

const scopes = ['operator.read', 'operator.write'];
const onlyWords = 'Here it takes words in its main conversation only, without attachments.';
const notHere = 'This page may not do that. What an agent may do is decided in the console or with npx clawhold.';

/**
 * The control UI of OpenClaw 2026.9.6. Its page may look and talk. Whatever it claims to be, its gateway hears the platform, with the
 * scopes to read and write, and so refuses approvals and administration a second time.
 *
 * @see https://docs.openclaw.ai/gateway/protocol
 */
export const openclawControlUi: ControlUi = {
  folder: 'node_modules/openclaw/dist/control-ui',
  read: readPage,
  introduce: (id, secret) =>
    JSON.stringify({
      type: 'req',
      id,
      method: 'connect',
      params: {
        minProtocol: 4,
        maxProtocol: 4,
        client: { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' },
        role: 'operator',
        scopes,
        caps: ['tool-events'],
        auth: { token: secret },
      },
    }),
  show(message, secret) {
    const frame = parsed(frameSchema, message);
    if (frame === undefined) return undefined;
    if (frame.type === 'event' && !pageEvents.includes(frame.event ?? '')) return undefined;
    if (elsewhereSchema.safeParse(frame.payload).success) return undefined;
    const hello = helloSchema.safeParse(frame.payload).data;
    const shown = JSON.stringify(hello === undefined ? frame : { ...frame, payload: greeting(hello) });
    // Its gateway has no reason to say it, but what thinks there may.
    return shown.replaceAll(secret, '');
  },
  answer(id, outcome) {
    switch (outcome.kind) {
      case 'taken':
        return answer(id, { ok: true, payload: { runId: outcome.turn, status: 'started' } });
      case 'stopped':
        return answer(id, { ok: true, payload: { ok: true, aborted: true } });
      case 'refused':
        return answer(id, { ok: false, error: { code: 'FORBIDDEN', message: outcome.why } });
      default:
        return outcome satisfies never;
    }
  },
};

function answer(id: string, said: object): string {
  return JSON.stringify({ type: 'res', id, ...said });
}

function readPage(message: string): PageMessage {
  const request = parsed(requestSchema, message);
  if (request === undefined) return { kind: 'refused', id: undefined, method: 'unknown', isUsual: false, why: notHere };
  const { id, method } = request;
  const refused = (why: string): PageMessage => ({
    kind: 'refused',
    id,
    method,
    isUsual: usualMethods.has(method),
    why,
  });
  switch (method) {
    case 'connect':
      return { kind: 'introduction', id };
    case 'chat.send': {
      const said = saidSchema.safeParse(request.params).data;
      if (said === undefined) return refused(onlyWords);
      const why = commandRefusal(said.message);
      return why === undefined ? { kind: 'says', id, turn: said.idempotencyKey, text: said.message } : refused(why);
    }
    case 'chat.abort':
      return stoppedSchema.safeParse(request.params).success ? { kind: 'stops', id } : refused(notHere);
    default: {
      const params = pageMethods.get(method)?.safeParse(request.params);
      if (params?.success !== true) return refused(notHere);
      return { kind: 'harmless', message: JSON.stringify({ type: 'req', id, method, params: params.data }) };
    }
  }
}

/** The page offers what it may do, and gets nothing with which it could come by another way. */
function greeting(hello: z.infer<typeof helloSchema>): object {
  return {
    ...hello,
    auth: { role: 'operator', scopes },
    features: { methods: [...pageMethods.keys(), ...platformMethods], events: pageEvents },
    snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 0 },
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, message: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
