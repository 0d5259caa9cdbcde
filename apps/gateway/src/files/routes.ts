import { checkpointReferenceSchema, digestSchema, fileChangeSchema, fileOutcomeSchema, id } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, empty, json, named, refusedAs, z } from '../http/openapi.ts';
import { contentDiff } from './content-diff.ts';
import type { FileService } from './file-service.ts';

const parameter = z.object({ run: id('run') });
/** Checkpoints; without them your folder, and the files as the run has them now. */
const between = { from: checkpointReferenceSchema.optional(), to: checkpointReferenceSchema.optional() };
const change = named(fileChangeSchema, 'FileChange');
const outcomes = z.array(named(fileOutcomeSchema, 'FileOutcome'));
const settled = z.object({ applied: z.boolean(), outcomes }).openapi('Settled');

const listChanges = createRoute({
  method: 'get',
  path: '/runs/{run}/changes',
  operationId: 'listChanges',
  summary: 'What a run changed, files that your own tools would execute first.',
  request: { params: parameter, query: z.object(between) },
  responses: {
    200: json(z.object({ changes: z.array(change), digest: z.string() }).openapi('Changes'), 'The changes.'),
    ...refusedAs(
      'state_no_such_run',
      'state_no_files',
      'state_no_such_checkpoint',
      'files_failed',
      'supervisor_not_answering',
    ),
  },
});

const diffFile = createRoute({
  method: 'get',
  path: '/runs/{run}/changes/diff',
  operationId: 'diffFile',
  summary: 'The two sides of one changed file, as hunks of lines.',
  request: { params: parameter, query: z.object({ path: z.string(), ...between }) },
  responses: {
    200: json(contentDiff, 'The difference.'),
    ...refusedAs(
      'state_no_such_run',
      'state_no_files',
      'state_no_such_checkpoint',
      'input_file_selection',
      'files_failed',
      'supervisor_not_answering',
    ),
  },
});

const keep = createRoute({
  method: 'post',
  path: '/runs/{run}/keep',
  operationId: 'keepChanges',
  summary:
    'Puts the changes that were shown (by their digest) into the task folder. Nothing is written when one conflicts.',
  request: {
    params: parameter,
    body: body(
      z
        .object({
          digest: digestSchema,
          paths: z.array(z.string()).nullable().default(null),
          skipConflicts: z.boolean().default(false),
        })
        .openapi('Keep'),
      { digest: '9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c', paths: ['report.md'] },
    ),
  },
  responses: {
    200: json(settled, 'What became of each path.'),
    ...refusedAs(
      'state_no_such_run',
      'input_file_selection',
      'state_no_files',
      'state_run_going_on',
      'state_files_busy',
      'state_files_settled',
      'state_changes_differ',
      'files_failed',
      'supervisor_not_answering',
      'input_too_large',
    ),
  },
});

const discard = createRoute({
  method: 'post',
  path: '/runs/{run}/discard',
  operationId: 'discardChanges',
  summary: 'Drops the changes of a run before they were kept.',
  request: { params: parameter },
  responses: {
    200: json(empty, 'They are gone.'),
    ...refusedAs(
      'state_no_such_run',
      'state_no_files',
      'state_run_going_on',
      'state_files_busy',
      'state_files_settled',
      'files_failed',
      'supervisor_not_answering',
    ),
  },
});

const undo = createRoute({
  method: 'post',
  path: '/runs/{run}/undo',
  operationId: 'undoChanges',
  summary: 'Takes kept changes back, and lists what happened outside that cannot be taken back.',
  request: { params: parameter },
  responses: {
    200: json(
      z.object({ applied: z.boolean(), outcomes, remaining: z.array(z.string()) }).openapi('Undone'),
      'What became of each path.',
    ),
    ...refusedAs(
      'state_no_such_run',
      'state_no_files',
      'state_run_going_on',
      'state_files_busy',
      'state_files_not_kept',
      'state_not_kept',
      'files_failed',
      'supervisor_not_answering',
    ),
  },
});

export function fileRoutes(files: FileService): ApiApp {
  const app = newApp();
  app.openapi(listChanges, async (context) =>
    context.json(await files.changes(context.req.valid('param').run, context.req.valid('query')), 200),
  );
  app.openapi(diffFile, async (context) => {
    const { path, ...points } = context.req.valid('query');
    return context.json(await files.diff(context.req.valid('param').run, path, points), 200);
  });
  app.openapi(keep, async (context) => {
    const { applied, outcomes: results } = await files.keep(
      context.req.valid('param').run,
      context.req.valid('json'),
      context.get('person').name,
    );
    return context.json({ applied, outcomes: results }, 200);
  });
  app.openapi(discard, async (context) => {
    await files.discard(context.req.valid('param').run, context.get('person').name);
    return context.json({}, 200);
  });
  app.openapi(undo, async (context) =>
    context.json(await files.undo(context.req.valid('param').run, context.get('person').name), 200),
  );
  return app;
}
