import { createHash } from 'node:crypto';
import { type Channel, callRoute } from '@clawhold/channel';
import {
  apiRoutes,
  type BlobId,
  ClawholdError,
  endedRunStates,
  type Route,
  type Run,
  type RunId,
  type RunState,
  type TimelineBody,
  type UnknownStep,
} from '@clawhold/spec';
import type { z } from 'zod';
import { patiently } from './patience.ts';
import { RunEnded } from './run-ended.ts';

/** A step whose result was lost, as people are told of it. */
export type LostStep = Pick<UnknownStep, 'run' | 'step' | 'tool' | 'summary' | 'explanation'>;

/** What is known of a run when it ends; `usage` is null where it was counted turn by turn. */
type EndOfRun = Pick<Run, 'outcome' | 'selfCheck'> & { readonly usage: Run['usage'] | null };

type DraftPart = Omit<z.input<(typeof apiRoutes.showDraft)['request']>, 'run'>;

const draftMilliseconds = 2_000;

/** What the control plane keeps of one run, as its worker uses it. Every call waits while the api process is away. */
export class RunRecord {
  readonly #channel: Channel;
  readonly #run: RunId;
  readonly #signal: AbortSignal;
  readonly #texts = new Map<BlobId, string>();

  /** @param signal aborted when the run was stopped; calls then reject with RunEnded. */
  constructor(channel: Channel, run: RunId, signal: AbortSignal) {
    this.#channel = channel;
    this.#run = run;
    this.#signal = signal;
  }

  async call<Request extends z.ZodType, Response extends z.ZodType>(
    route: Route<Request, Response>,
    input: z.input<Request>,
  ): Promise<z.output<Response>> {
    const signal = this.#signal;
    return patiently(() => callRoute(this.#channel, route, input, { signal }), { signal });
  }

  read(): Promise<Run> {
    return this.call(apiRoutes.readRun, { run: this.#run });
  }

  /** Shows entries to people, once for each key. */
  async show(key: string, bodies: readonly TimelineBody[]): Promise<void> {
    await this.call(apiRoutes.appendTimeline, { run: this.#run, key, bodies: [...bodies] });
  }

  /** Shows a piece of what a model is writing. It waits for nobody: an old draft is worth nothing. */
  async showDraft(part: DraftPart): Promise<number> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(draftMilliseconds)]);
    return (await callRoute(this.#channel, apiRoutes.showDraft, { run: this.#run, ...part }, { signal })).length;
  }

  /**
   * Moves the run on.
   *
   * @throws RunEnded when it has ended otherwise. An end that we wrote ourselves before a crash is no surprise.
   */
  async move(state: RunState, end: Partial<EndOfRun> = {}): Promise<void> {
    const { outcome = null, usage = null, selfCheck = null } = end;
    try {
      await this.call(apiRoutes.updateRun, { run: this.#run, state, outcome, usage, selfCheck });
    } catch (error) {
      if (!(error instanceof ClawholdError) || error.status !== 409) throw error;
      const found = await this.read();
      if (found.state !== state || !endedRunStates.includes(state)) throw new RunEnded();
    }
  }

  /**
   * Puts a step whose result was lost before people.
   *
   * @throws RunEnded when nobody waits for it any more.
   */
  async reportUnknown(lost: LostStep): Promise<void> {
    try {
      await this.call(apiRoutes.reportUnknownStep, lost);
    } catch (error) {
      if (error instanceof ClawholdError && error.code === 'state_run_ended') throw new RunEnded();
      throw error;
    }
  }

  async store(value: unknown): Promise<BlobId> {
    const text = JSON.stringify(value);
    const { blob } = await this.call(apiRoutes.writeBlob, { run: this.#run, text });
    this.#texts.set(blob, text);
    return blob;
  }

  /** What was stored never changes, so it is asked for once in the life of a process. */
  async load<Value>(blob: BlobId, schema: z.ZodType<Value>): Promise<Value> {
    let text = this.#texts.get(blob);
    if (text === undefined) {
      ({ text } = await this.call(apiRoutes.readBlob, { blob }));
      this.#texts.set(blob, text);
    }
    return schema.parse(JSON.parse(text));
  }

  /** Random-looking bytes that are the same for the same name in this run, in every process. */
  entropyFor(name: string, bytes: number): Uint8Array {
    return createHash('sha256').update(`${this.#run}\0${name}`).digest().subarray(0, bytes);
  }
}
