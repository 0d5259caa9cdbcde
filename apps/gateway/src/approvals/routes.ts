import { renderAction } from '@clawhold/approvals';
import { approvalSchema, digestSchema, id } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
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

const shownSchema = approvalSchema.extend({ rendered: renderedSchema }).openapi('Approval', {
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
  summary: 'Says yes to exactly the action with this digest, once.',
  request: {
    params: parameter,
    body: body(z.object({ digest: digestSchema }), {
      digest: '9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c',
    }),
  },
  responses: {
    200: json(shownSchema, 'Approved.'),
    ...refusedAs('state_no_such_approval', 'state_approval_ended', 'state_digest_mismatch', 'input_too_large'),
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
  type Approval = Awaited<ReturnType<ApprovalStore['read']>>;
  const shown = (approval: Approval): z.infer<typeof shownSchema> => ({
    ...approval,
    rendered: renderedSchema.parse(renderAction(approval.action)),
  });

  const app = newApp();
  app.openapi(listApprovals, async (context) => {
    const approvals = await store.list(context.req.valid('query'));
    return context.json({ approvals: approvals.map(shown) }, 200);
  });
  app.openapi(getApproval, async (context) =>
    context.json(shown(await store.read(context.req.valid('param').approval)), 200),
  );
  app.openapi(approve, async (context) => {
    const { approval } = context.req.valid('param');
    const { digest } = context.req.valid('json');
    return context.json(shown(await service.approve(approval, digest, context.get('person').name)), 200);
  });
  app.openapi(deny, async (context) => {
    const { approval } = context.req.valid('param');
    return context.json(shown(await service.deny(approval, context.get('person').name)), 200);
  });
  return app;
}
