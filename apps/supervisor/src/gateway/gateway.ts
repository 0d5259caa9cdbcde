import { type Channel, callRoute } from '@clawhold/channel';
import { type apiRoutes, type Route, apiRoutes as routes } from '@clawhold/spec';
import type { z } from 'zod';

type Routes = typeof apiRoutes;
type Input<Name extends keyof Routes> = z.input<Routes[Name]['request']>;
type Answer<Name extends keyof Routes> = z.output<Routes[Name]['response']>;

/** What the data plane asks of the control plane. Every call rejects with `channel_unreachable` when it is away. */
export type Gateway = {
  readonly [Name in
    | 'registerSupervisor'
    | 'renewLease'
    | 'appendEvents'
    | 'appendTimeline'
    | 'showDraft'
    | 'requestApproval'
    | 'consumeApproval'
    | 'readApproval'
    | 'awaitApproval'
    | 'readRun'
    | 'readManifest'
    | 'makeProposal'
    | 'listRunProposals'
    | 'awaitProposal'
    | 'writeBlob'
    | 'readBlob'
    | 'reserve']: (input: Input<Name>) => Promise<Answer<Name>>;
};

export function openGateway(channel: Channel): Gateway {
  const call =
    <Request extends z.ZodType, Response extends z.ZodType>(route: Route<Request, Response>) =>
    (input: z.input<Request>): Promise<z.output<Response>> =>
      callRoute(channel, route, input);
  return {
    registerSupervisor: call(routes.registerSupervisor),
    renewLease: call(routes.renewLease),
    appendEvents: call(routes.appendEvents),
    appendTimeline: call(routes.appendTimeline),
    showDraft: call(routes.showDraft),
    requestApproval: call(routes.requestApproval),
    consumeApproval: call(routes.consumeApproval),
    readApproval: call(routes.readApproval),
    awaitApproval: call(routes.awaitApproval),
    readRun: call(routes.readRun),
    readManifest: call(routes.readManifest),
    makeProposal: call(routes.makeProposal),
    listRunProposals: call(routes.listRunProposals),
    awaitProposal: call(routes.awaitProposal),
    writeBlob: call(routes.writeBlob),
    readBlob: call(routes.readBlob),
    reserve: call(routes.reserve),
  };
}
