import { id, unknownStepSchema, verdictNoteCharacters, verdicts } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { UnknownStepService } from './unknown-step-service.ts';
import type { UnknownStepStore } from './unknown-step-store.ts';

const unknownStep = named(unknownStepSchema, 'UnknownStep');

const listUnknownSteps = createRoute({
  method: 'get',
  path: '/unknown-steps',
  operationId: 'listUnknownSteps',
  summary: 'Steps whose result was lost, newest first: a person says whether they happened.',
  request: { query: z.object({ unsettled: z.stringbool().default(true), run: id('run').optional() }) },
  responses: { 200: json(z.object({ steps: z.array(unknownStep) }), 'The steps.'), ...refusedAs() },
});

const settleStep = createRoute({
  method: 'post',
  path: '/runs/{run}/steps/{step}/settle',
  operationId: 'settleStep',
  summary: 'Says whether a step whose result was lost had its effect. A run that waits for it goes on.',
  request: {
    params: z.object({ run: id('run'), step: id('step') }),
    body: body(
      z
        .object({
          verdict: z.enum(verdicts),
          note: z.string().trim().min(1).max(verdictNoteCharacters).nullable().default(null),
        })
        .openapi('Settlement'),
      { verdict: 'happened', note: 'The posting is in the books.' },
    ),
  },
  responses: {
    200: json(unknownStep, 'Settled.'),
    ...refusedAs('state_no_such_step', 'state_step_settled', 'input_too_large'),
  },
});

export interface UnknownStepRoutesParts {
  readonly service: UnknownStepService;
  readonly store: UnknownStepStore;
}

export function unknownStepRoutes({ service, store }: UnknownStepRoutesParts): ApiApp {
  const app = newApp();
  app.openapi(listUnknownSteps, async (context) =>
    context.json({ steps: [...(await store.list(context.req.valid('query')))] }, 200),
  );
  app.openapi(settleStep, async (context) => {
    const { run, step } = context.req.valid('param');
    const finding = { ...context.req.valid('json'), by: context.get('person').name };
    return context.json(await service.settle(run, step, finding), 200);
  });
  return app;
}
