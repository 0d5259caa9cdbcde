import { id, limits } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, refusedAs, z } from '../http/openapi.ts';
import type { ConversationService } from './conversation-service.ts';

const parameter = z.object({ run: id('run') });

const sendMessage = createRoute({
  method: 'post',
  path: '/runs/{run}/messages',
  operationId: 'sendMessage',
  summary:
    'Says more to a run that is a conversation. The answer comes as an entry of its timeline, under the same turn.',
  request: {
    params: parameter,
    body: body(z.object({ text: z.string().trim().min(1).max(limits.messageCharacters) }).openapi('NewMessage'), {
      text: 'And the invoices of June?',
    }),
  },
  responses: {
    202: json(z.object({ turn: id('turn') }).openapi('SentMessage'), 'It was taken.'),
    ...refusedAs(
      'state_no_such_run',
      'state_no_conversation',
      'state_conversation_busy',
      'ledger_not_stored',
      'supervisor_not_answering',
      'input_too_large',
    ),
  },
});

const endConversation = createRoute({
  method: 'post',
  path: '/runs/{run}/end',
  operationId: 'endConversation',
  summary:
    'Ends a conversation when what is being answered is answered. Its agent keeps what it learnt; a stop drops it.',
  request: { params: parameter },
  responses: {
    204: { description: 'It ends.' },
    ...refusedAs('state_no_such_run', 'state_no_conversation', 'supervisor_not_answering'),
  },
});

export function conversationRoutes(service: ConversationService): ApiApp {
  const app = newApp();
  app.openapi(sendMessage, async (context) => {
    const { run } = context.req.valid('param');
    const { text } = context.req.valid('json');
    return context.json({ turn: await service.say(run, text, context.get('person').name) }, 202);
  });
  app.openapi(endConversation, async (context) => {
    await service.end(context.req.valid('param').run);
    return context.body(null, 204);
  });
  return app;
}
