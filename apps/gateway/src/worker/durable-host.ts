import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AgentHost,
  type Conversation,
  type ModelAnswer,
  type ModelQuestion,
  modelOver,
  type ProposedCall,
  proposedCallSchema,
  runTurn,
  type Step,
  type StepResult,
} from '@clawhold/agents';
import {
  type BlobId,
  formatId,
  idEntropyBytes,
  inferenceRunHeader,
  type StepId,
  supervisorRoutes,
  type TimelineBody,
} from '@clawhold/spec';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { LanguageModel } from 'ai';
import { z } from 'zod';
import { Draft } from './draft.ts';
import { durably } from './durably.ts';
import { RunEnded } from './run-ended.ts';
import type { Scene } from './scene.ts';
import { storedResultSchema } from './step-result.ts';
import type { StepRecord, StepReference } from './step-workflow.ts';

/** A turn as it lies in the blob store. */
const storedTurnSchema = z.object({ text: z.string(), calls: z.array(proposedCallSchema) });
const storedFailureSchema = z.object({ message: z.string() });
const storedPathsSchema = z.object({ paths: z.array(z.string()).nullable() });

/** What the journal holds of a turn. */
type TurnRecord =
  | {
      readonly kind: 'answered';
      readonly content: BlobId;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cut: boolean;
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'failed';
      readonly content: BlobId;
      /** Not there in journals of earlier versions. */
      readonly tooLong?: boolean;
      readonly milliseconds: number;
    };

/** Starts the workflow of one step, or finds it. */
export type StepStarter = (reference: StepReference) => Promise<{ result(): Promise<StepRecord | null> }>;

/** The loop's world as steps of a DBOS workflow: the journal holds references, the blob store holds words. */
export class DurableHost implements AgentHost {
  readonly #scene: Scene;
  readonly #startStep: StepStarter;
  readonly #model: LanguageModel;
  /** The blob of the turn that proposed a call. */
  readonly #turns = new Map<StepId, BlobId>();
  #conversation: Conversation = [];
  #unknownSteps = 0;

  constructor(scene: Scene, startStep: StepStarter) {
    this.#scene = scene;
    this.#startStep = startStep;
    const { run, hands } = scene;
    this.#model = modelOver(run.model, { fetch: hands.fetch, headers: { [inferenceRunHeader]: run.id } });
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  get unknownSteps(): number {
    return this.#unknownSteps;
  }

  remember(conversation: Conversation): void {
    this.#conversation = conversation;
  }

  async askModel(question: ModelQuestion): Promise<ModelAnswer> {
    const { record } = this.#scene;
    const { key } = question;
    const found = await durably('model', () => this.#think(question));
    if (found.kind === 'failed') {
      const { message } = await record.load(found.content, storedFailureSchema);
      return { kind: 'failed', message, tooLong: found.tooLong === true, milliseconds: found.milliseconds };
    }
    const { content, ...facts } = found;
    const { text, calls } = await record.load(content, storedTurnSchema);
    for (const { step } of calls) this.#turns.set(step, content);
    return { ...facts, text, calls, turn: formatId('turn', record.entropyFor(key, idEntropyBytes)) };
  }

  async runSteps(steps: readonly Step[]): Promise<readonly StepResult[]> {
    const handles: { result(): Promise<StepRecord | null> }[] = [];
    // Started and awaited one after the other, as a journal needs it; they run at the same time all the same.
    for (const step of steps) handles.push(await this.#startStep(this.#refer(step)));
    const results: StepResult[] = [];
    for (const handle of handles) {
      const ended = await handle.result();
      if (ended === null) throw new RunEnded();
      if (ended.outcome === 'unknown' && ended.settled !== true) this.#unknownSteps += 1;
      const content = await this.#scene.record.load(ended.result, storedResultSchema);
      results.push({ ...content, milliseconds: ended.milliseconds });
    }
    return results;
  }

  async changedFiles(_step: StepId): Promise<readonly string[] | null> {
    const { hands, record, run } = this.#scene;
    const blob = await durably('changes', async () => {
      const found = await hands.call(supervisorRoutes.listChanges, { run: run.id }).catch(() => null);
      this.#scene.signal.throwIfAborted();
      return record.store({ paths: found?.changes.map(({ path }) => path) ?? null });
    });
    return (await record.load(blob, storedPathsSchema)).paths;
  }

  async show(key: string, bodies: readonly TimelineBody[]): Promise<void> {
    await durably('show', async () => {
      await this.#scene.record.show(key, bodies);
      return null;
    });
  }

  async #think(question: ModelQuestion): Promise<TurnRecord> {
    const { key, instructions, conversation, tools, milliseconds } = question;
    const { record, signal } = this.#scene;
    const draft = this.#draft(question);
    const started = performance.now();
    const turn = await runTurn(
      this.#model,
      {
        instructions,
        conversation,
        tools,
        signal: AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(milliseconds))]),
      },
      { delay, random: Math.random, onText: (text) => draft?.write(text) },
    );
    // Before the turn is recorded, so that no piece of it comes after.
    await draft?.close();
    signal.throwIfAborted();
    const spent = Math.round(performance.now() - started);
    if (turn.kind === 'failed') {
      const message = turn.hint === null ? turn.message : `${turn.message} ${turn.hint}`;
      const content = await record.store({ message });
      return { kind: 'failed', content, tooLong: turn.tooLong, milliseconds: spent };
    }
    const calls: ProposedCall[] = turn.calls.map((call, index) => ({
      id: call.id,
      tool: call.tool,
      arguments: { ...call.arguments },
      problem: call.problem,
      step: formatId('step', record.entropyFor(`${key}/${index}`, idEntropyBytes)),
    }));
    const { text, inputTokens, outputTokens, cut } = turn;
    const content = await record.store({ text, calls });
    return { kind: 'answered', content, inputTokens, outputTokens, cut, milliseconds: spent };
  }

  /** Shows the answer to whoever watches, while it is being written. */
  #draft({ key, agent, shown }: ModelQuestion): Draft | undefined {
    if (!shown) return undefined;
    const { record } = this.#scene;
    const turn = formatId('turn', record.entropyFor(key, idEntropyBytes));
    return new Draft({
      interval: 50,
      pause: 1_000,
      send: (from, text) => record.showDraft({ turn, agent, from, text }),
    });
  }

  #refer({ call, authority, milliseconds }: Step): StepReference {
    const turn = this.#turns.get(call.step);
    if (turn === undefined) throw new Error(`no turn proposed the step ${call.step}`);
    return { run: this.#scene.run.id, step: call.step, turn, authority, milliseconds };
  }
}

async function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** The journal's own way to start a step: a child workflow under the step's id. */
export function childWorkflow(run: (reference: StepReference) => Promise<StepRecord | null>): StepStarter {
  return async (reference) => {
    const handle = await DBOS.startWorkflow(run, { workflowID: `${reference.run}/${reference.step}` })(reference);
    return { result: () => handle.getResult({ pollingIntervalMs: 50 }) };
  };
}
