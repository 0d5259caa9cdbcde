import { type Channel, callRoute } from '@clawhold/channel';
import { limits, type Route, type RunId, supervisorRoutes } from '@clawhold/spec';
import type { z } from 'zod';

type Answer<Name extends keyof typeof supervisorRoutes> = z.output<(typeof supervisorRoutes)[Name]['response']>;
type Input<Name extends keyof typeof supervisorRoutes> = z.input<(typeof supervisorRoutes)[Name]['request']>;

/** What the control plane asks of the data plane. Every call rejects with `channel_unreachable` when it is down; `status` also when it does not answer. */
export interface SupervisorClient {
  publishPolicy(input: Input<'publishPolicy'>): Promise<Answer<'publishPolicy'>>;
  listModels(): Promise<Answer<'listModels'>>;
  closeSandbox(run: RunId): Promise<void>;
  stop(run: RunId | null): Promise<Answer<'stop'>>;
  listChanges(run: RunId): Promise<Answer<'listChanges'>>;
  readChange(input: Input<'readChange'>): Promise<Answer<'readChange'>>;
  keep(input: Input<'keep'>): Promise<Answer<'keep'>>;
  discard(run: RunId): Promise<void>;
  undo(run: RunId): Promise<Answer<'undo'>>;
  status(): Promise<Answer<'status'>>;
}

const statusMilliseconds = limits.heartbeatSeconds * 1_000;

export function supervisorClient(channel: Channel): SupervisorClient {
  const call = <Request extends z.ZodType, Response extends z.ZodType>(
    route: Route<Request, Response>,
    input: z.input<Request>,
  ): Promise<z.output<Response>> => callRoute(channel, route, input);

  return {
    publishPolicy: (input) => call(supervisorRoutes.publishPolicy, input),
    listModels: () => call(supervisorRoutes.listModels, {}),
    closeSandbox: async (run) => void (await call(supervisorRoutes.closeSandbox, { run })),
    stop: (run) => call(supervisorRoutes.stop, run === null ? {} : { run }),
    listChanges: (run) => call(supervisorRoutes.listChanges, { run }),
    readChange: (input) => call(supervisorRoutes.readChange, input),
    keep: (input) => call(supervisorRoutes.keep, input),
    discard: async (run) => void (await call(supervisorRoutes.discard, { run })),
    undo: (run) => call(supervisorRoutes.undo, { run }),
    // Whoever asks how things are wants to hear it also when the supervisor hangs.
    status: () => callRoute(channel, supervisorRoutes.status, {}, { signal: AbortSignal.timeout(statusMilliseconds) }),
  };
}
