import { type AgentChange, agentNameSchema, agentSnapshotSchema, id } from '@clawhold/spec';
import { contentDiff } from '../files/content-diff.ts';
import { diffContent } from '../files/text-diff.ts';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { AgentStateService } from './state-service.ts';

const parameter = z.object({ agent: agentNameSchema });

const agentChange = z
  .object({
    run: id('run'),
    time: z.iso.datetime(),
    files: z.array(
      z.object({
        /** From the agent's state on. */
        path: z.string(),
        change: z.string(),
        /** Null where a file is listed only: it is no text, too long, or none that a person would read. */
        diff: contentDiff.nullable(),
      }),
    ),
  })
  .openapi('AgentChange');

const changes = createRoute({
  method: 'get',
  path: '/agents/{agent}/changes',
  operationId: 'listAgentChanges',
  summary: 'What runs changed in what an agent keeps (who it is, its memory, its state), the newest first.',
  request: { params: parameter },
  responses: {
    200: json(z.object({ changes: z.array(agentChange) }), 'The changes that stand.'),
    ...refusedAs('supervisor_not_answering'),
  },
});

const undo = createRoute({
  method: 'post',
  path: '/agents/{agent}/undo',
  operationId: 'undoAgentChange',
  summary: 'Takes back the newest change of what an agent keeps.',
  request: { params: parameter },
  responses: {
    200: json(agentChange, 'What was taken back.'),
    ...refusedAs(
      'state_agent_unchanged',
      'state_changes_differ',
      'state_agent_restored',
      'files_failed',
      'ledger_not_stored',
      'supervisor_not_answering',
    ),
  },
});

const snapshot = named(agentSnapshotSchema, 'AgentSnapshot');

const listSnapshots = createRoute({
  method: 'get',
  path: '/agents/{agent}/snapshots',
  operationId: 'listAgentSnapshots',
  summary: 'Copies of what an agent kept at a time, the newest first.',
  request: { params: parameter },
  responses: {
    200: json(z.object({ snapshots: z.array(snapshot) }), 'The snapshots.'),
    ...refusedAs('supervisor_not_answering'),
  },
});

const takeSnapshot = createRoute({
  method: 'post',
  path: '/agents/{agent}/snapshots',
  operationId: 'takeAgentSnapshot',
  summary: 'Copies what an agent keeps, to go back to.',
  request: {
    params: parameter,
    body: body(z.object({ why: z.enum(['asked', 'before an upgrade']).default('asked') }).openapi('NewAgentSnapshot'), {
      why: 'asked',
    }),
  },
  responses: {
    201: json(snapshot, 'The snapshot.'),
    ...refusedAs('state_agent_busy', 'supervisor_not_answering'),
  },
});

const restoreSnapshot = createRoute({
  method: 'post',
  path: '/agents/{agent}/restore',
  operationId: 'restoreAgentSnapshot',
  summary: 'Lets what an agent keeps be as it was at a snapshot. As it is now is a snapshot too.',
  request: {
    params: parameter,
    body: body(z.object({ snapshot: z.number().int().positive() }).openapi('AgentRestoration'), { snapshot: 1 }),
  },
  responses: {
    200: json(
      z.object({ restored: snapshot, left: snapshot }),
      'What was restored, and the snapshot of what was there before.',
    ),
    ...refusedAs('state_agent_busy', 'state_no_such_snapshot', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

export function agentStateRoutes(service: AgentStateService): ApiApp {
  const app = newApp();
  app.openapi(changes, async (context) => {
    const all = await service.changes(context.req.valid('param').agent);
    return context.json({ changes: all.map(toResource) }, 200);
  });
  app.openapi(undo, async (context) =>
    context.json(toResource(await service.undo(context.req.valid('param').agent, context.get('person').name)), 200),
  );
  app.openapi(listSnapshots, async (context) => {
    return context.json({ snapshots: [...(await service.snapshots(context.req.valid('param').agent))] }, 200);
  });
  app.openapi(takeSnapshot, async (context) => {
    const { why } = context.req.valid('json');
    return context.json(await service.snapshot(context.req.valid('param').agent, why), 201);
  });
  app.openapi(restoreSnapshot, async (context) => {
    const { agent } = context.req.valid('param');
    const wanted = context.req.valid('json').snapshot;
    return context.json(await service.restore(agent, wanted, context.get('person').name), 200);
  });
  return app;
}

function toResource({ run, time, files }: AgentChange): z.infer<typeof agentChange> {
  const bytes = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text));
  return {
    run,
    time,
    files: files.map(({ path, change, before, after }) => ({
      path,
      change,
      diff: before === null && after === null ? null : diffContent(bytes(before), bytes(after), false),
    })),
  };
}
