import { checkpointNameSchema, checkpointReferenceSchema, checkpointSchema, id, runSchema } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { RunService } from '../runs/run-service.ts';
import type { CheckpointService } from './checkpoint-service.ts';

const parameter = z.object({ run: id('run') });
const checkpoint = named(checkpointSchema, 'Checkpoint');

/** Why the files of a run are not moved: there are none to move, or a step, a question or a program is under way. */
const notMoved = [
  'state_no_such_run',
  'state_no_files',
  'state_files_settled',
  'state_step_at_work',
  'state_run_waiting',
  'state_programs_running',
  'state_driver_without_checkpoints',
  'state_too_many_checkpoints',
  'files_failed',
  'supervisor_not_answering',
  'input_too_large',
] as const;

const listCheckpoints = createRoute({
  method: 'get',
  path: '/runs/{run}/checkpoints',
  operationId: 'listCheckpoints',
  summary: 'The moments to which the files of a run can go back, oldest first.',
  request: { params: parameter },
  responses: {
    200: json(z.object({ checkpoints: z.array(checkpoint) }), 'The checkpoints.'),
    ...refusedAs('state_no_such_run', 'state_no_files', 'files_failed', 'supervisor_not_answering'),
  },
});

const takeCheckpoint = createRoute({
  method: 'post',
  path: '/runs/{run}/checkpoints',
  operationId: 'takeCheckpoint',
  summary:
    'Takes a checkpoint of the files of a run. Without a name, and with nothing changed since, the last one is it.',
  request: {
    params: parameter,
    body: body(z.object({ name: checkpointNameSchema.nullable().default(null) }).openapi('NewCheckpoint'), {
      name: 'before-the-cleanup',
    }),
  },
  responses: {
    200: json(checkpoint, 'The checkpoint.'),
    ...refusedAs('state_checkpoint_name_taken', ...notMoved),
  },
});

const restoreCheckpoint = createRoute({
  method: 'post',
  path: '/runs/{run}/restore',
  operationId: 'restoreCheckpoint',
  summary:
    'Takes the files that a run works on back to a checkpoint, or forward to one; what they were is one as well.',
  request: {
    params: parameter,
    body: body(z.object({ to: checkpointReferenceSchema }).openapi('Restore'), { to: 'before-the-cleanup' }),
  },
  responses: {
    200: json(
      z.object({ checkpoint, left: checkpoint }).openapi('Restored'),
      'Where the files are, and where they were.',
    ),
    ...refusedAs('state_no_such_checkpoint', ...notMoved),
  },
});

const forkRun = createRoute({
  method: 'post',
  path: '/runs/{run}/fork',
  operationId: 'forkRun',
  summary: 'Gives the agent a task that begins with the files of another run, as they were at a checkpoint.',
  request: {
    params: parameter,
    body: body(
      z
        .object({
          /** null: as they are now. */
          from: checkpointReferenceSchema.nullable().default(null),
          /** Default: the task of the other run. */
          task: z.string().max(100_000).optional(),
        })
        .openapi('Fork'),
      { from: '3', task: 'Try it with the old layout.' },
    ),
  },
  responses: {
    201: json(named(runSchema, 'Run'), 'The new run, queued, in the same conversation.'),
    ...refusedAs(
      'input_empty_task',
      'input_folder_forbidden',
      'input_unknown_agent',
      'input_agent_manifest',
      'input_agent_without_policy',
      'input_unknown_model',
      'state_no_such_checkpoint',
      ...notMoved,
    ),
  },
});

export function checkpointRoutes(checkpoints: CheckpointService, runs: Pick<RunService, 'fork'>): ApiApp {
  const app = newApp();
  app.openapi(listCheckpoints, async (context) =>
    context.json({ checkpoints: [...(await checkpoints.list(context.req.valid('param').run))] }, 200),
  );
  app.openapi(takeCheckpoint, async (context) => {
    const { name } = context.req.valid('json');
    return context.json(await checkpoints.take(context.req.valid('param').run, name, context.get('person').name), 200);
  });
  app.openapi(restoreCheckpoint, async (context) => {
    const { to } = context.req.valid('json');
    return context.json(await checkpoints.restore(context.req.valid('param').run, to, context.get('person').name), 200);
  });
  app.openapi(forkRun, async (context) =>
    context.json(
      await runs.fork(context.req.valid('param').run, context.req.valid('json'), context.get('person').name),
      201,
    ),
  );
  return app;
}
