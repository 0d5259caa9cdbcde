import { type Channel, callRoute, streamRoute } from '@clawhold/channel';
import { ClawholdError, limits, type Route, type RunId, supervisorRoutes } from '@clawhold/spec';
import type { z } from 'zod';

type Answer<Name extends keyof typeof supervisorRoutes> = z.output<(typeof supervisorRoutes)[Name]['response']>;
type Input<Name extends keyof typeof supervisorRoutes> = z.input<(typeof supervisorRoutes)[Name]['request']>;

/**
 * What the control plane asks of the data plane. No call waits for ever: it rejects with `supervisor_not_answering` when
 * the supervisor is away or hangs. What was asked may have happened all the same.
 */
export interface SupervisorClient {
  publishPolicy(input: Input<'publishPolicy'>): Promise<Answer<'publishPolicy'>>;
  publishGrants(input: Input<'publishGrants'>): Promise<Answer<'publishGrants'>>;
  listModels(): Promise<Answer<'listModels'>>;
  stop(run: RunId | null): Promise<Answer<'stop'>>;
  listChanges(input: Input<'listChanges'>): Promise<Answer<'listChanges'>>;
  listCheckpoints(run: RunId): Promise<Answer<'listCheckpoints'>>;
  takeCheckpoint(input: Input<'takeCheckpoint'>): Promise<Answer<'takeCheckpoint'>>;
  restoreCheckpoint(input: Input<'restoreCheckpoint'>): Promise<Answer<'restoreCheckpoint'>>;
  forkRun(input: Input<'forkRun'>): Promise<Answer<'forkRun'>>;
  readChange(input: Input<'readChange'>): Promise<Answer<'readChange'>>;
  keep(input: Input<'keep'>): Promise<Answer<'keep'>>;
  discard(run: RunId): Promise<void>;
  undo(run: RunId): Promise<Answer<'undo'>>;
  listCredentials(): Promise<Answer<'listCredentials'>>;
  addCredential(input: Input<'addCredential'>): Promise<Answer<'addCredential'>>;
  rotateCredential(input: Input<'rotateCredential'>): Promise<Answer<'rotateCredential'>>;
  removeCredential(input: Input<'removeCredential'>): Promise<Answer<'removeCredential'>>;
  listToolPins(): Promise<Answer<'listToolPins'>>;
  readToolPin(input: Input<'readToolPin'>): Promise<Answer<'readToolPin'>>;
  acceptToolPin(input: Input<'acceptToolPin'>): Promise<Answer<'acceptToolPin'>>;
  listSandboxes(): Promise<Answer<'listSandboxes'>>;
  listSecretFiles(): Promise<Answer<'listSecretFiles'>>;
  lowerSecretFile(input: Input<'lowerSecretFile'>): Promise<Answer<'lowerSecretFile'>>;
  forgetToolPin(input: Input<'forgetToolPin'>): Promise<Answer<'forgetToolPin'>>;
  listAgentChanges(agent: string): Promise<Answer<'listAgentChanges'>>;
  undoAgentChange(agent: string): Promise<Answer<'undoAgentChange'>>;
  listAgentSnapshots(agent: string): Promise<Answer<'listAgentSnapshots'>>;
  takeAgentSnapshot(input: Input<'takeAgentSnapshot'>): Promise<Answer<'takeAgentSnapshot'>>;
  restoreAgentSnapshot(input: Input<'restoreAgentSnapshot'>): Promise<Answer<'restoreAgentSnapshot'>>;
  listAgentSkills(agent: string): Promise<Answer<'listAgentSkills'>>;
  readAgentSkill(input: Input<'readAgentSkill'>): Promise<Answer<'readAgentSkill'>>;
  releaseAgentSkill(input: Input<'releaseAgentSkill'>): Promise<Answer<'releaseAgentSkill'>>;
  holdAgentSkill(input: Input<'holdAgentSkill'>): Promise<Answer<'holdAgentSkill'>>;
  sendMessage(input: Input<'sendMessage'>): Promise<Answer<'sendMessage'>>;
  endConversation(run: RunId): Promise<Answer<'endConversation'>>;
  /** Until one of the two sides ends it. */
  openControlUi(input: Input<'openControlUi'>, signal: AbortSignal): AsyncIterable<Answer<'openControlUi'>>;
  tellControlUi(input: Input<'tellControlUi'>): Promise<Answer<'tellControlUi'>>;
  readControlUi(input: Input<'readControlUi'>): Promise<Answer<'readControlUi'>>;
  status(): Promise<Answer<'status'>>;
}

/** Quick by nature: whoever is slower hangs. Milliseconds. */
const statusMilliseconds = limits.heartbeatSeconds * 1_000;
/** Kills processes and waits for their end. */
const stopMilliseconds = 5_000;
/** May look for model servers on the machine. */
const modelsMilliseconds = limits.leaseSeconds * 1_000;
/** File work takes as long as there are files; it ends when the supervisor shows no sign of life for this long. */
const silenceMilliseconds = 3 * statusMilliseconds;

export function supervisorClient(channel: Channel): SupervisorClient {
  /** @param signal ends the call when the supervisor hangs. */
  async function call<Request extends z.ZodType, Response extends z.ZodType>(
    route: Route<Request, Response>,
    input: z.input<Request>,
    signal: AbortSignal,
  ): Promise<z.output<Response>> {
    try {
      return await callRoute(channel, route, input, { signal });
    } catch (error) {
      throw signal.aborted || isAway(error) ? notAnswering(error) : error;
    }
  }

  const within = <Request extends z.ZodType, Response extends z.ZodType>(
    milliseconds: number,
    route: Route<Request, Response>,
    input: z.input<Request>,
  ): Promise<z.output<Response>> => call(route, input, AbortSignal.timeout(milliseconds));

  const status = (): Promise<Answer<'status'>> => within(statusMilliseconds, supervisorRoutes.status, {});

  /** As long as it takes, while the supervisor answers to its name. */
  async function whileAlive<Request extends z.ZodType, Response extends z.ZodType>(
    route: Route<Request, Response>,
    input: z.input<Request>,
  ): Promise<z.output<Response>> {
    const hanging = new AbortController();
    let lastSign = performance.now();
    let asking = false;
    const pulse = setInterval(async () => {
      if (performance.now() - lastSign > silenceMilliseconds) hanging.abort();
      if (asking) return;
      asking = true;
      const answered = await status().catch(() => undefined);
      if (answered !== undefined) lastSign = performance.now();
      asking = false;
    }, statusMilliseconds);
    try {
      return await call(route, input, hanging.signal);
    } finally {
      clearInterval(pulse);
    }
  }

  return {
    status,
    publishPolicy: (input) => within(modelsMilliseconds, supervisorRoutes.publishPolicy, input),
    publishGrants: (input) => within(modelsMilliseconds, supervisorRoutes.publishGrants, input),
    listModels: () => within(modelsMilliseconds, supervisorRoutes.listModels, {}),
    listCredentials: () => within(modelsMilliseconds, supervisorRoutes.listCredentials, {}),
    addCredential: (input) => within(modelsMilliseconds, supervisorRoutes.addCredential, input),
    rotateCredential: (input) => within(modelsMilliseconds, supervisorRoutes.rotateCredential, input),
    removeCredential: (input) => within(modelsMilliseconds, supervisorRoutes.removeCredential, input),
    listToolPins: () => within(modelsMilliseconds, supervisorRoutes.listToolPins, {}),
    readToolPin: (input) => within(modelsMilliseconds, supervisorRoutes.readToolPin, input),
    acceptToolPin: (input) => within(modelsMilliseconds, supervisorRoutes.acceptToolPin, input),
    listSandboxes: () => within(modelsMilliseconds, supervisorRoutes.listSandboxes, {}),
    listSecretFiles: () => within(modelsMilliseconds, supervisorRoutes.listSecretFiles, {}),
    lowerSecretFile: (input) => within(modelsMilliseconds, supervisorRoutes.lowerSecretFile, input),
    forgetToolPin: (input) => within(modelsMilliseconds, supervisorRoutes.forgetToolPin, input),
    stop: (run) => within(stopMilliseconds, supervisorRoutes.stop, run === null ? {} : { run }),
    listChanges: (input) => whileAlive(supervisorRoutes.listChanges, input),
    listCheckpoints: (run) => whileAlive(supervisorRoutes.listCheckpoints, { run }),
    takeCheckpoint: (input) => whileAlive(supervisorRoutes.takeCheckpoint, input),
    restoreCheckpoint: (input) => whileAlive(supervisorRoutes.restoreCheckpoint, input),
    forkRun: (input) => whileAlive(supervisorRoutes.forkRun, input),
    readChange: (input) => whileAlive(supervisorRoutes.readChange, input),
    keep: (input) => whileAlive(supervisorRoutes.keep, input),
    discard: async (run) => void (await whileAlive(supervisorRoutes.discard, { run })),
    listAgentChanges: (agent) => whileAlive(supervisorRoutes.listAgentChanges, { agent }),
    undoAgentChange: (agent) => whileAlive(supervisorRoutes.undoAgentChange, { agent }),
    listAgentSnapshots: (agent) => whileAlive(supervisorRoutes.listAgentSnapshots, { agent }),
    takeAgentSnapshot: (input) => whileAlive(supervisorRoutes.takeAgentSnapshot, input),
    restoreAgentSnapshot: (input) => whileAlive(supervisorRoutes.restoreAgentSnapshot, input),
    listAgentSkills: (agent) => whileAlive(supervisorRoutes.listAgentSkills, { agent }),
    readAgentSkill: (input) => whileAlive(supervisorRoutes.readAgentSkill, input),
    releaseAgentSkill: (input) => whileAlive(supervisorRoutes.releaseAgentSkill, input),
    holdAgentSkill: (input) => whileAlive(supervisorRoutes.holdAgentSkill, input),
    sendMessage: (input) => within(modelsMilliseconds, supervisorRoutes.sendMessage, input),
    endConversation: (run) => within(modelsMilliseconds, supervisorRoutes.endConversation, { run }),
    openControlUi: (input, signal) => streamRoute(channel, supervisorRoutes.openControlUi, input, { signal }),
    tellControlUi: (input) => within(modelsMilliseconds, supervisorRoutes.tellControlUi, input),
    readControlUi: (input) => within(modelsMilliseconds, supervisorRoutes.readControlUi, input),
    undo: (run) => whileAlive(supervisorRoutes.undo, { run }),
  };
}

const away: readonly string[] = ['channel_unreachable', 'channel_untrusted', 'channel_lost'];

function isAway(error: unknown): boolean {
  return error instanceof ClawholdError && away.includes(error.code);
}

function notAnswering(cause: unknown): ClawholdError {
  return new ClawholdError('supervisor_not_answering', 'The supervisor does not answer.', {
    hint: 'See how it is with: npx clawhold status. If it stays so: npx clawhold down, then npm start.',
    cause,
  });
}
