import { programArgumentsSchema } from '@clawhold/harness';
import { id, type RunId, runSchema, timelineEntrySchema } from '@clawhold/spec';
import { streamSSE } from 'hono/streaming';
import type { Drafts } from '../drafts/drafts.ts';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { RunService } from './run-service.ts';
import type { RunStore } from './run-store.ts';

const run = named(runSchema, 'Run');
const runParameter = z.object({ run: id('run') });

const createRun = createRoute({
  method: 'post',
  path: '/runs',
  operationId: 'createRun',
  summary: 'Gives an agent a task.',
  request: {
    body: body(
      z
        .object({
          task: z.string().max(100_000),
          folder: z.string(),
          agent: z.string().default('default'),
          /** Program and arguments: it works inside the sandbox in place of the agent's own, under the agent's policy. */
          command: programArgumentsSchema.optional(),
          model: z.string().optional(),
          session: id('session').optional(),
          /** It stays after its answer, for further messages. Only agents that can. */
          conversation: z.boolean().optional(),
        })
        .openapi('NewRun'),
      { task: 'Reconcile the invoices of May.', folder: '/home/mia/invoices' },
    ),
  },
  responses: {
    201: json(run, 'The run, queued.'),
    ...refusedAs(
      'input_empty_task',
      'input_folder_not_absolute',
      'input_folder_forbidden',
      'input_unknown_agent',
      'input_agent_manifest',
      'input_agent_without_policy',
      'input_unknown_model',
      'input_no_conversation',
      'state_no_such_session',
      'supervisor_not_answering',
      'input_too_large',
    ),
  },
});

const listRuns = createRoute({
  method: 'get',
  path: '/runs',
  operationId: 'listRuns',
  summary: 'The runs, newest first.',
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }) },
  responses: { 200: json(z.object({ runs: z.array(run) }), 'The runs.'), ...refusedAs() },
});

const getRun = createRoute({
  method: 'get',
  path: '/runs/{run}',
  operationId: 'getRun',
  summary: 'One run.',
  request: { params: runParameter },
  responses: { 200: json(run, 'The run.'), ...refusedAs('state_no_such_run') },
});

const getTimeline = createRoute({
  method: 'get',
  path: '/runs/{run}/timeline',
  operationId: 'getTimeline',
  summary: 'What happened in a run, at most 500 entries after a position.',
  request: { params: runParameter, query: z.object({ after: z.coerce.number().int().min(0).default(0) }) },
  responses: {
    200: json(z.object({ entries: z.array(named(timelineEntrySchema, 'TimelineEntry')) }), 'The entries.'),
    ...refusedAs('state_no_such_run'),
  },
});

const followRun = createRoute({
  method: 'get',
  path: '/runs/{run}/events',
  operationId: 'followRun',
  summary:
    'A run live, as server-sent events: `entry` (a timeline entry), `run` (the run after a change), `draft` (what a model is writing, before it is recorded), `heartbeat`.',
  request: { params: runParameter, query: z.object({ after: z.coerce.number().int().min(0).default(0) }) },
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
    ...refusedAs('state_no_such_run'),
  },
});

const stopped = z
  .object({ stopped: z.array(id('run')), milliseconds: z.number(), killed: z.boolean() })
  .openapi('Stopped', {
    description:
      '`killed` is false when the supervisor does not answer: it has lost its lease, so nothing leaves a sandbox, and ends them as soon as it moves.',
  });

const stopRun = createRoute({
  method: 'post',
  path: '/runs/{run}/stop',
  operationId: 'stopRun',
  summary: 'Stops a run: its sandbox is killed, its questions are void.',
  request: { params: runParameter },
  responses: { 200: json(stopped, 'It is stopped.'), ...refusedAs('state_no_such_run', 'state_run_ended') },
});

const stopAll = createRoute({
  method: 'post',
  path: '/stop',
  operationId: 'stopAll',
  summary: 'Stops every run.',
  responses: { 200: json(stopped, 'They are stopped.'), ...refusedAs() },
});

const heartbeatMilliseconds = 15_000;

export interface RunRoutesParts {
  readonly service: RunService;
  readonly store: RunStore;
  readonly timeline: Timeline;
  readonly drafts: Drafts;
}

export function runRoutes({ service, store, timeline, drafts }: RunRoutesParts): ApiApp {
  const app = newApp();
  app.openapi(createRun, async (context) =>
    context.json(await service.create(context.req.valid('json'), context.get('person').name), 201),
  );
  app.openapi(listRuns, async (context) => {
    const runs = await store.list(context.req.valid('query').limit);
    return context.json({ runs: [...runs] }, 200);
  });
  app.openapi(getRun, async (context) => context.json(await store.read(context.req.valid('param').run), 200));
  app.openapi(getTimeline, async (context) => {
    const { run: runId } = context.req.valid('param');
    await store.read(runId);
    const entries = await timeline.read(runId, context.req.valid('query').after);
    return context.json({ entries: [...entries] }, 200);
  });
  app.openapi(followRun, async (context) => {
    const { run: runId } = context.req.valid('param');
    const { after } = context.req.valid('query');
    await store.read(runId);
    return streamSSE(context, (stream) => follow(stream, runId, after));
  });
  app.openapi(stopRun, async (context) => {
    const { stopped: ids, ...rest } = await service.stop(context.req.valid('param').run, context.get('person').name);
    return context.json({ stopped: [...ids], ...rest }, 200);
  });
  app.openapi(stopAll, async (context) => {
    const { stopped: ids, ...rest } = await service.stop(null, context.get('person').name);
    return context.json({ stopped: [...ids], ...rest }, 200);
  });

  type Stream = Parameters<Parameters<typeof streamSSE>[1]>[0];

  async function follow(stream: Stream, runId: RunId, after: number): Promise<void> {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const heartbeat = setInterval(() => void stream.writeSSE({ event: 'heartbeat', data: '' }), heartbeatMilliseconds);
    try {
      // Each waits for the stream before it takes the next: a reader that is slow slows nobody else.
      await Promise.all([followTimeline(stream, runId, after, gone.signal), followDrafts(stream, runId, gone.signal)]);
    } finally {
      gone.abort();
      clearInterval(heartbeat);
    }
  }

  async function followTimeline(stream: Stream, runId: RunId, after: number, signal: AbortSignal): Promise<void> {
    for await (const entry of timeline.follow(runId, after, signal)) {
      await stream.writeSSE({ event: 'entry', id: String(entry.sequence), data: JSON.stringify(entry) });
      if (entry.body.kind !== 'state' && entry.body.kind !== 'turn') continue;
      await stream.writeSSE({ event: 'run', data: JSON.stringify(await store.read(runId)) });
    }
  }

  async function followDrafts(stream: Stream, runId: RunId, signal: AbortSignal): Promise<void> {
    for await (const part of drafts.follow(runId, signal))
      await stream.writeSSE({ event: 'draft', data: JSON.stringify(part) });
  }

  return app;
}
