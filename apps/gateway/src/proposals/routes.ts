import { digestSchema, id, limits, type Proposal, proposalSchema, proposalStates } from '@clawhold/spec';
import { type ApiApp, newApp } from '../http/app.ts';
import { body, createRoute, json, refusedAs, z } from '../http/openapi.ts';
import type { Gatherer } from './gatherer.ts';
import type { ProposalService } from './proposal-service.ts';
import type { ProposalStore } from './proposal-store.ts';

const shownSchema = proposalSchema
  // The policy as it would stand in a document; its own schema has units that JSON Schema cannot say.
  .extend({ policy: z.record(z.string(), z.unknown()) })
  .openapi('Proposal', {
    description:
      'A rule for a person to decide about. `tried`, `why` and `policy` hold words of an agent: hostile text.',
  });

const params = z.object({ proposal: id('proposal') });
const day = 86_400;

const list = createRoute({
  method: 'get',
  path: '/proposals',
  operationId: 'listProposals',
  summary: 'Rules that would let pass what was denied, what was learned or what agents ask for; the last made first.',
  request: {
    query: z.object({
      state: z.enum([...proposalStates, 'all']).default('open'),
      before: id('proposal').optional().openapi({ description: 'The `next` of the page before.' }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: json(
      z.object({
        proposals: z.array(shownSchema),
        next: id('proposal').nullable().openapi({ description: 'The `before` of the next page; null: there is none.' }),
      }),
      'A page of proposals.',
    ),
    ...refusedAs(),
  },
});

const get = createRoute({
  method: 'get',
  path: '/proposals/{proposal}',
  operationId: 'getProposal',
  summary: 'One proposal.',
  request: { params },
  responses: { 200: json(shownSchema, 'The proposal.'), ...refusedAs('state_no_such_proposal') },
});

const accept = createRoute({
  method: 'post',
  path: '/proposals/{proposal}/accept',
  operationId: 'acceptProposal',
  summary: 'Grants exactly the rule with this digest, for so long and so often, to every run of its agent or to one.',
  request: {
    params,
    body: body(
      z.object({
        digest: digestSchema,
        seconds: z
          .number()
          .int()
          .min(1)
          .max(limits.grantSeconds)
          .default(7 * day),
        uses: z.number().int().min(1).max(limits.grantUses).default(20),
        run: id('run').nullable().default(null),
      }),
      { digest: '9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c', seconds: 7 * day, uses: 20 },
    ),
  },
  responses: {
    200: json(shownSchema, 'In force.'),
    ...refusedAs('state_no_such_proposal', 'state_proposal_ended', 'state_digest_mismatch', 'input_too_large'),
  },
});

const dismiss = createRoute({
  method: 'post',
  path: '/proposals/{proposal}/dismiss',
  operationId: 'dismissProposal',
  summary: 'Says no. The same denials make no proposal again for two weeks.',
  request: { params },
  responses: { 200: json(shownSchema, 'Dismissed.'), ...refusedAs('state_no_such_proposal', 'state_proposal_ended') },
});

const revoke = createRoute({
  method: 'post',
  path: '/proposals/{proposal}/revoke',
  operationId: 'revokeProposal',
  summary: 'Takes back what was granted; what is under way because of it is cut.',
  request: { params },
  responses: { 200: json(shownSchema, 'Revoked.'), ...refusedAs('state_no_such_proposal', 'state_proposal_ended') },
});

export interface ProposalRoutesParts {
  readonly service: ProposalService;
  readonly store: Pick<ProposalStore, 'read' | 'list'>;
  readonly gatherer: Pick<Gatherer, 'gather'>;
}

export function proposalRoutes({ service, store, gatherer }: ProposalRoutesParts): ApiApp {
  const shown = (proposal: Proposal): z.infer<typeof shownSchema> => ({ ...proposal, policy: { ...proposal.policy } });
  const app = newApp();
  app.openapi(list, async (context) => {
    await gatherer.gather();
    const { proposals, next } = await store.list(context.req.valid('query'));
    return context.json({ proposals: proposals.map(shown), next }, 200);
  });
  app.openapi(get, async (context) => context.json(shown(await store.read(context.req.valid('param').proposal)), 200));
  app.openapi(accept, async (context) => {
    const { proposal } = context.req.valid('param');
    const { digest, ...terms } = context.req.valid('json');
    return context.json(shown(await service.accept(proposal, digest, context.get('person').name, terms)), 200);
  });
  app.openapi(dismiss, async (context) => {
    const { proposal } = context.req.valid('param');
    return context.json(shown(await service.dismiss(proposal, context.get('person').name)), 200);
  });
  app.openapi(revoke, async (context) => {
    const { proposal } = context.req.valid('param');
    return context.json(shown(await service.revoke(proposal, context.get('person').name)), 200);
  });
  return app;
}
