import {
  type AgentTool,
  type Conversation,
  conversationSchema,
  delegateTool,
  type Ending,
  type LoopManifest,
  runAgent,
  Spending,
} from '@clawhold/agents';
import { apiRoutes, type BlobId, ClawholdError, type Run, type RunId, supervisorRoutes } from '@clawhold/spec';
import { z } from 'zod';
import { DurableHost, type StepStarter } from './durable-host.ts';
import { durably } from './durably.ts';
import { workByProgram } from './program-work.ts';
import { RunEnded } from './run-ended.ts';
import type { Scene, Scenes } from './scene.ts';

export interface RunWorkflowOptions {
  readonly scenes: Scenes;
  readonly startStep: StepStarter;
  /** The tools that run in a sandbox. */
  readonly tools: readonly AgentTool[];
}

/** What the journal holds of the beginning of a run. */
type Beginning =
  | { readonly kind: 'begun'; readonly contextTokens: number; readonly history: readonly BlobId[] }
  | { readonly kind: 'impossible'; readonly sentence: BlobId };

const sentenceSchema = z.object({ sentence: z.string() });

/** A run from its first turn to its end, as often as this process dies in between. */
export async function runRun(options: RunWorkflowOptions, id: RunId): Promise<void> {
  const scene = await options.scenes.of(id);
  const host = new DurableHost(scene, options.startStep);
  try {
    await finish(scene, host, await work(options, scene, host));
  } catch (error) {
    if (error instanceof RunEnded) await saveWhatWasSaid(scene, host).catch(() => undefined);
    else throw error;
  } finally {
    options.scenes.forget(id);
  }
}

/** What came of a run, before it is written down. */
interface Work {
  readonly ending: Ending;
  readonly unknownSteps: number;
  /** Null when the supervisor counted it turn by turn. */
  readonly usage: Run['usage'] | null;
}

async function work(options: RunWorkflowOptions, scene: Scene, host: DurableHost): Promise<Work> {
  const beginning = await durably('begin', () => begin(scene));
  if (beginning.kind === 'impossible') {
    const { sentence } = await scene.record.load(beginning.sentence, sentenceSchema);
    return { ending: { kind: 'failed', outcome: sentence }, unknownSteps: 0, usage: null };
  }
  const { manifest } = scene;
  if (manifest.harness !== undefined) {
    const { ending, isUnknown } = await workByProgram(scene, manifest, options.startStep);
    return { ending, unknownSteps: Number(isUnknown), usage: null };
  }
  const spending = new Spending(manifest.budgets);
  const ending = await think(options, scene, manifest, { host, spending, beginning });
  const { turns, inputTokens, outputTokens } = spending.spent;
  return { ending, unknownSteps: host.unknownSteps, usage: { turns, inputTokens, outputTokens } };
}

interface Thinking {
  readonly host: DurableHost;
  readonly spending: Spending;
  readonly beginning: Extract<Beginning, { readonly kind: 'begun' }>;
}

/** The work of the built-in loop. */
async function think(
  options: RunWorkflowOptions,
  scene: Scene,
  manifest: LoopManifest,
  { host, spending, beginning }: Thinking,
): Promise<Ending> {
  const earlier = await Promise.all(
    beginning.history.map((blob) => scene.record.load<Conversation>(blob, conversationSchema)),
  );
  const { ending } = await runAgent(
    host,
    {
      agent: scene.run.agent,
      instructions: manifest.instructions,
      tools: [...options.tools, delegateTool].filter(({ name }) => manifest.tools.includes(name)),
      contextTokens: beginning.contextTokens,
      history: earlier.flat(),
      task: scene.run.task,
      depth: 0,
      path: '',
    },
    spending,
  );
  return ending;
}

async function begin({ record, hands, run, signal }: Scene): Promise<Beginning> {
  await record.move('running');
  await record.show('begun', [{ kind: 'state', state: 'running', explanation: null }]);
  try {
    await hands.open();
    const { models } = await hands.call(supervisorRoutes.listModels, {});
    const model = models.find(({ name }) => name === run.model);
    if (model === undefined)
      throw new ClawholdError('model_unknown', `The model "${run.model}" is not there any more.`);
    const { runs } = await record.call(apiRoutes.readSession, { session: run.session });
    const before = runs.slice(
      0,
      Math.max(
        0,
        runs.findIndex((other) => other.run.id === run.id),
      ),
    );
    const history = before.map(({ conversation }) => conversation).filter((blob) => blob !== null);
    return { kind: 'begun', contextTokens: model.contextTokens, history };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ClawholdError)) throw error;
    const sentence = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    return { kind: 'impossible', sentence: await record.store({ sentence }) };
  }
}

async function finish(scene: Scene, host: DurableHost, { ending, unknownSteps, usage }: Work): Promise<void> {
  const { record, hands, run } = scene;
  const outcome = `${describeUnknown(unknownSteps)}${ending.outcome}`;
  // Nobody knows of a lost step whether it did its part, whatever the agent makes of it.
  const selfCheck =
    ending.kind === 'failed' ? null : ending.selfCheck === 'met' && unknownSteps > 0 ? 'unverified' : ending.selfCheck;
  await durably('finish', async () => {
    await saveWhatWasSaid(scene, host);
    // The result counts even when the sandbox cannot be ended: a supervisor that lost its lease ends it by itself.
    await hands.call(supervisorRoutes.closeSandbox, { run: run.id }).catch(() => undefined);
    scene.signal.throwIfAborted();
    await record.move(ending.kind, { outcome, usage, selfCheck });
    await record.show('ended', [{ kind: 'state', state: ending.kind, explanation: outcome }]);
    return null;
  });
}

function describeUnknown(steps: number): string {
  if (steps === 0) return '';
  return `${steps === 1 ? 'The result of one step is' : `The results of ${steps} steps are`} unknown: a person has to look.\n`;
}

/** Keeps the conversation for the next run of the session. Earlier runs have kept their own part. */
async function saveWhatWasSaid({ record, run }: Scene, host: DurableHost): Promise<void> {
  const own = host.conversation.slice(host.conversation.findLastIndex(({ kind }) => kind === 'task'));
  if (own.length === 0) return;
  await record.call(apiRoutes.saveConversation, { run: run.id, blob: await record.store(own) });
}
