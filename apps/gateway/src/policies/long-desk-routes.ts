import { confidentialityLevels, egressQuestionSchema, integrityLevels } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, named, refusedAs, z } from '../http/openapi.ts';
import { type DeskDocuments, documentText } from './desk-documents.ts';
import type { LongDesk } from './long-desk.ts';

const example = 'version: 1\nname: default\n';
const openness = z.enum(['refused', 'asks', 'allowed, request by request', 'allowed']);

const simulate = createRoute({
  method: 'post',
  path: '/policies/simulate',
  operationId: 'simulatePolicy',
  summary:
    'Replays the decisions of the ledger against a draft, below the ceiling in force, and counts what would change; all of them, or those of one agent.',
  request: {
    body: body(z.strictObject({ source: documentText, agent: z.string().max(256).optional() }), { source: example }),
  },
  responses: {
    200: json(
      z
        .object({
          decisions: z.number().int(),
          agents: z.array(z.string()),
          leftOut: z.number().int(),
          unreadable: z.number().int(),
          changes: z.array(
            z.object({
              direction: z.enum(['opens', 'closes']),
              before: openness,
              after: openness,
              rule: z.string().nullable(),
              reason: z.string(),
              count: z.number().int(),
              example: z.string(),
            }),
          ),
        })
        .openapi('PolicySimulation'),
      'What would change, the most frequent first; what rests on spent budgets, granted rules or arguments too long for the ledger is left out.',
    ),
    ...refusedAs('policy_invalid', 'policy_too_complex', 'state_desk_busy', 'input_too_large'),
  },
});

const glob = z.string().min(1).max(253);
const claim = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('link_local') }),
  z.strictObject({ kind: z.literal('inspection_bypass') }),
  z.strictObject({
    kind: z.literal('credential_reach'),
    provider: z.string().min(1).max(256),
    hosts: z.array(glob).min(1).max(64),
  }),
  z.strictObject({ kind: z.literal('growth'), before: documentText }),
  z.strictObject({
    kind: z.literal('label_reach'),
    integrity: z.enum(integrityLevels).default('local'),
    confidentiality: z.enum(confidentialityLevels),
    host: glob,
  }),
]);

const prove = createRoute({
  method: 'post',
  path: '/policies/prove',
  operationId: 'provePolicy',
  summary: 'Proves what no request can do under a draft below the ceiling in force, or shows one that can.',
  request: {
    body: body(
      z.strictObject({
        source: documentText,
        claims: z.array(claim).min(1).max(16),
        /** For one question to the solver. */
        seconds: z.number().int().min(1).max(60).default(30),
      }),
      { source: example, claims: [{ kind: 'link_local' }] },
    ),
  },
  responses: {
    200: json(
      z
        .object({
          answers: z.array(
            z.object({
              claim: z.string(),
              proof: z.discriminatedUnion('kind', [
                z.object({ kind: z.literal('proved'), byRules: z.boolean() }),
                z.object({
                  kind: z.literal('counterexample'),
                  question: named(egressQuestionSchema, 'EgressQuestion'),
                }),
                z.object({ kind: z.literal('unknown'), why: z.string() }),
              ]),
            }),
          ),
        })
        .openapi('PolicyProofs'),
      'An answer to each claim, in their order.',
    ),
    ...refusedAs('policy_invalid', 'policy_too_complex', 'state_desk_busy', 'input_too_large'),
  },
});

/** Questions about documents that take up to minutes; whoever asks waits, and one is answered at a time. */
export function longDeskRoutes({ documentOf }: DeskDocuments, desk: LongDesk): ApiApp {
  const app = newApp();
  app.openapi(simulate, async (context) => {
    const { source, agent } = context.req.valid('json');
    const { changes, agents, ...counts } = await desk.simulate(
      documentOf('draft.yaml', source),
      agent,
      context.req.raw.signal,
    );
    return context.json(
      { ...counts, agents: [...agents], changes: changes.map(({ first: _first, code: _code, ...change }) => change) },
      200,
    );
  });
  app.openapi(prove, async (context) => {
    const { source, claims, seconds } = context.req.valid('json');
    const meant = claims.map((one) => {
      if (one.kind === 'growth') return { kind: one.kind, before: documentOf('before.yaml', one.before) };
      if (one.kind !== 'label_reach') return one;
      const { kind, host, ...data } = one;
      return { kind, host, data };
    });
    const answers = await desk.prove({ document: documentOf('draft.yaml', source), claims: meant, seconds });
    return context.json({ answers: [...answers] }, 200);
  });
  return app;
}
