import { ClawholdError, type StagedFolder } from '@clawhold/spec';
import type { MiddlewareHandler } from 'hono';
import { agentRoutes } from '../agents/routes.ts';
import { agentSkillRoutes } from '../agents/skill-routes.ts';
import { agentStateRoutes } from '../agents/state-routes.ts';
import { approvalRoutes } from '../approvals/routes.ts';
import { auditRoutes } from '../audit/routes.ts';
import { controlUiRoutes } from '../control-ui/routes.ts';
import { conversationRoutes } from '../conversations/routes.ts';
import { credentialRoutes } from '../credentials/routes.ts';
import { checkpointRoutes } from '../files/checkpoint-routes.ts';
import { fileRoutes } from '../files/routes.ts';
import { newApp } from '../http/app.ts';
import { type Authenticated, authenticate, operatorOnly, sessionCookie, sessionHeader } from '../http/authenticate.ts';
import { hostPathsInProblems } from '../http/host-paths.ts';
import { limitBody } from '../http/limit-body.ts';
import { onNotFound } from '../http/problems.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { identityRoutes } from '../identity/routes.ts';
import { peopleRoutes } from '../people/routes.ts';
import { pictureRoutes } from '../pictures/routes.ts';
import { createLongDesk } from '../policies/long-desk.ts';
import { createPolicyDesk } from '../policies/policy-desk.ts';
import { policyRoutes } from '../policies/routes.ts';
import { proposalRoutes } from '../proposals/routes.ts';
import { runRoutes } from '../runs/routes.ts';
import { sandboxRoutes } from '../sandboxes/routes.ts';
import { secretFileRoutes } from '../secret-files/routes.ts';
import { statusRoutes } from '../status/routes.ts';
import { toolPinRoutes } from '../tool-pins/routes.ts';
import { unknownStepRoutes } from '../unknown-steps/routes.ts';
import type { ControlPlane } from './control-plane.ts';

export interface HttpFaceOptions {
  readonly tokenDigest: string;
  readonly origins: () => ReadonlySet<string>;
  readonly console: MiddlewareHandler;
  /** On which the server listens, once it does. */
  readonly port: () => number;
  /** Folders that people know by other paths than this process does. */
  readonly folders: readonly StagedFolder[];
}

export interface HttpFace {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** The OpenAPI document of the API. */
  document(): object;
}

/**
 * The HTTP API under `/api/v1`, and the console beside it. Every route but the exchange of a code needs a session, and
 * every room but those of identity and questions the operator's.
 */
export function httpFace(plane: ControlPlane, options: HttpFaceOptions): HttpFace {
  const { origins, tokenDigest } = options;
  const authenticated = authenticate({ tokenDigest, people: plane.people, origins, signIn: plane.signIn });
  const sameOrigin: MiddlewareHandler<Authenticated> = async (context, next) => {
    const origin = context.req.header('origin');
    if (origin === undefined || !origins().has(origin))
      throw new ClawholdError('auth_wrong_origin', 'The request came from another site than the console.', {
        status: 403,
      });
    return next();
  };

  const leavePages = (person: string): void => plane.controlUi.sessions.end((visit) => visit.person === person);
  const app = newApp();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value);
    if (context.req.path.startsWith('/api/')) context.header('cache-control', 'no-store');
  });

  const api = newApp();
  api.use(hostPathsInProblems(options.folders));
  api.use(limitBody);
  api.route(
    '/',
    identityRoutes({ signIn: plane.signIn, ledger: plane.ledger, authenticated, sameOrigin, onSignOut: leavePages }),
  );
  api.use(authenticated);
  api.route('/', approvalRoutes({ service: plane.approvals, store: plane.approvalStore }));
  api.use(operatorOnly);
  api.route('/', peopleRoutes({ store: plane.people, ledger: plane.ledger }));
  api.route('/', runRoutes({ ...plane, service: plane.runs, store: plane.runStore }));
  api.route('/', pictureRoutes(plane));
  api.route('/', fileRoutes(plane.files));
  api.route('/', checkpointRoutes(plane.checkpoints, plane.runs));
  api.route('/', unknownStepRoutes({ service: plane.unknownSteps, store: plane.unknownStepStore }));
  api.route('/', agentRoutes(plane.agents));
  api.route('/', agentStateRoutes(plane.agentState));
  api.route('/', agentSkillRoutes(plane));
  api.route('/', conversationRoutes(plane.conversations));
  api.route('/', controlUiRoutes(plane.controlUi, options.port));
  api.route('/', credentialRoutes(plane.credentials));
  api.route('/', sandboxRoutes(plane.sandboxes));
  api.route('/', toolPinRoutes(plane.toolPins));
  api.route('/', secretFileRoutes(plane.secretFiles));
  api.route('/', policyRoutes(plane.policies, createPolicyDesk(), createLongDesk(plane.audit)));
  api.route('/', proposalRoutes({ service: plane.proposals, store: plane.proposalStore, gatherer: plane.gatherer }));
  api.route('/', auditRoutes(plane.audit));
  api.route('/', statusRoutes({ ...plane, agents: () => Object.keys(plane.policies.sources().agents) }));
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description:
      'The operator’s token, from the file `token` of the Clawhold home, or that of a named person, who may only answer questions. Never beside an `Origin`.',
  });
  api.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
  });
  api.openAPIRegistry.registerComponent('securitySchemes', 'secret', {
    type: 'apiKey',
    in: 'header',
    name: sessionHeader,
  });
  const document = (): object =>
    api.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Clawhold', version: plane.version, license: { name: 'Apache-2.0' } },
      servers: [{ url: '/api/v1' }],
      // The token alone, or both halves of a console session.
      security: [{ token: [] }, { cookie: [], secret: [] }],
    });
  api.get('/openapi.json', (context) => context.json(document()));
  app.route('/api/v1', api);
  // The console's page stands for its own paths only: a route that does not exist is an error.
  app.all('/api/*', onNotFound);
  app.use(options.console);
  return { fetch: (request) => app.fetch(request), document };
}
