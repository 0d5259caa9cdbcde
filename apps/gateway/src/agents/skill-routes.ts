import { agentNameSchema, agentSkillSchema, ledgerEvent, readSkillSchema, skillNameSchema } from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import type { SupervisorClient } from '../supervisors/client.ts';

const one = z.object({ agent: agentNameSchema, skill: skillNameSchema });
const skill = named(agentSkillSchema, 'AgentSkill');

const list = createRoute({
  method: 'get',
  path: '/agents/{agent}/skills',
  operationId: 'listAgentSkills',
  summary: 'The skills that an agent came with, by name, and whether a person released them.',
  request: { params: z.object({ agent: agentNameSchema }) },
  responses: {
    200: json(z.object({ skills: z.array(skill) }), 'The skills.'),
    ...refusedAs('supervisor_not_answering'),
  },
});

const read = createRoute({
  method: 'get',
  path: '/agents/{agent}/skills/{skill}',
  operationId: 'readAgentSkill',
  summary: 'A skill with its texts, to be read before it is released.',
  request: { params: one },
  responses: {
    200: json(named(readSkillSchema, 'ReadSkill'), 'The skill.'),
    ...refusedAs('state_no_such_skill', 'supervisor_not_answering'),
  },
});

const release = createRoute({
  method: 'post',
  path: '/agents/{agent}/skills/{skill}/release',
  operationId: 'releaseAgentSkill',
  summary: 'Shows a skill to the runs of an agent that begin from now on, as it was when it was read.',
  request: {
    params: one,
    body: body(z.object({ digest: agentSkillSchema.shape.digest }).openapi('SkillRelease'), {
      digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
  },
  responses: {
    200: json(skill, 'The skill.'),
    ...refusedAs('state_no_such_skill', 'state_skill_differs', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

const hold = createRoute({
  method: 'post',
  path: '/agents/{agent}/skills/{skill}/hold',
  operationId: 'holdAgentSkill',
  summary: 'Holds a skill back from the runs of an agent that begin from now on.',
  request: { params: one },
  responses: {
    200: json(skill, 'The skill.'),
    ...refusedAs('state_no_such_skill', 'ledger_not_stored', 'supervisor_not_answering'),
  },
});

export interface SkillRoutesParts {
  readonly supervisor: SupervisorClient;
  readonly ledger: Recorder;
}

export function agentSkillRoutes({ supervisor, ledger }: SkillRoutesParts): ApiApp {
  const app = newApp();
  app.openapi(list, async (context) =>
    context.json(await supervisor.listAgentSkills(context.req.valid('param').agent), 200),
  );
  app.openapi(read, async (context) => context.json(await supervisor.readAgentSkill(context.req.valid('param')), 200));
  app.openapi(release, async (context) => {
    const released = { ...context.req.valid('param'), ...context.req.valid('json') };
    // A person's word is on record before it counts.
    const actor = `person:${context.get('person').name}` as const;
    await ledger.append([ledgerEvent('skill.released', released, { actor })]);
    return context.json(await supervisor.releaseAgentSkill(released), 200);
  });
  app.openapi(hold, async (context) => {
    const held = context.req.valid('param');
    const actor = `person:${context.get('person').name}` as const;
    await ledger.append([ledgerEvent('skill.held', held, { actor })]);
    return context.json(await supervisor.holdAgentSkill(held), 200);
  });
  return app;
}
