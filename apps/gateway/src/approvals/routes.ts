import { renderAction } from '@clawhold/approvals';
import { type Approval, approvalSchema, digestSchema, id } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import type { Person } from '../http/authenticate.ts';
import { body, createRoute, json, refusedAs, z } from '../http/openapi.ts';
import type { ApprovalService } from './approval-service.ts';
import type { ApprovalStore } from './approval-store.ts';

const renderedSchema = z
  .object({
    title: z.string(),
    fields: z.array(z.object({ name: z.string(), value: z.string(), note: z.string().nullable() })),
    body: z.object({ text: z.string(), note: z.string().nullable() }).nullable(),
    digest: digestSchema,
  })
  .openapi('RenderedAction');

const shownSchema = approvalSchema
  .extend({
    rendered: renderedSchema,
    /** Whether the yes of whoever asks would count; if not, why not. Everybody may say no. */
    yourYes: z.enum(['counts', 'given', 'excluded']),
  })
  .openapi('Approval', {
    description: 'A question to a person. `rendered` is drawn from the bytes whose digest is approved.',
  });

const parameter = z.object({ approval: id('approval') });

const listApprovals = createRoute({
  method: 'get',
  path: '/approvals',
  operationId: 'listApprovals',
  summary: 'Questions to people, newest first.',
  request: {
    query: z.object({ pending: z.stringbool().default(true), run: id('run').optional() }),
  },
  responses: { 200: json(z.object({ approvals: z.array(shownSchema) }), 'The questions.'), ...refusedAs() },
});

const getApproval = createRoute({
  method: 'get',
  path: '/approvals/{approval}',
  operationId: 'getApproval',
  summary: 'One question.',
  request: { params: parameter },
  responses: { 200: json(shownSchema, 'The question.'), ...refusedAs('state_no_such_approval') },
});

const approve = createRoute({
  method: 'post',
  path: '/approvals/{approval}/approve',
  operationId: 'approve',
  summary: 'Says yes to exactly the action with this digest, once. With the last yes that is needed it is approved.',
  request: {
    params: parameter,
    body: body(z.object({ digest: digestSchema }), {
      digest: '9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c',
    }),
  },
  responses: {
    200: json(shownSchema, 'Approved, or still pending when more people must agree.'),
    ...refusedAs(
      'state_no_such_approval',
      'state_approval_ended',
      'state_digest_mismatch',
      'state_already_agreed',
      'state_requester_excluded',
      'input_too_large',
    ),
  },
});

const deny = createRoute({
  method: 'post',
  path: '/approvals/{approval}/deny',
  operationId: 'deny',
  summary: 'Says no.',
  request: { params: parameter },
  responses: { 200: json(shownSchema, 'Denied.'), ...refusedAs('state_no_such_approval', 'state_approval_ended') },
});

export interface ApprovalRoutesParts {
  readonly service: ApprovalService;
  readonly store: ApprovalStore;
}

export function approvalRoutes({ service, store }: ApprovalRoutesParts): ApiApp {
  const shown = (approval: Approval, { name }: Person): z.infer<typeof shownSchema> => ({
    ...approval,
    rendered: renderedSchema.parse(renderAction(approval.action)),
    yourYes: yesOf(name, approval),
  });

  const app = newApp();
  app.openapi(listApprovals, async (context) => {
    const approvals = await store.list(context.req.valid('query'));
    return context.json({ approvals: approvals.map((approval) => shown(approval, context.get('person'))) }, 200);
  });
  app.openapi(getApproval, async (context) => {
    const found = await store.read(context.req.valid('param').approval);
    return context.json(shown(found, context.get('person')), 200);
  });
  app.openapi(approve, async (context) => {
    const { approval } = context.req.valid('param');
    const { digest } = context.req.valid('json');
    const person = context.get('person');
    return context.json(shown(await service.approve(approval, digest, person.name), person), 200);
  });
  app.openapi(deny, async (context) => {
    const { approval } = context.req.valid('param');
    const person = context.get('person');
    return context.json(shown(await service.deny(approval, person.name), person), 200);
  });
  return app;
}

function yesOf(name: string, { agreed, approvers, requester }: Approval): z.infer<typeof shownSchema>['yourYes'] {
  if (agreed.includes(name)) return 'given';
  return approvers.excludeRequester && requester === name ? 'excluded' : 'counts';
}
