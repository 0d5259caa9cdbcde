import { setTimeout as sleep } from 'node:timers/promises';
import { callRoute } from '@clawhold/channel';
import { apiRoutes, ClawholdError, endedRunStates, type Run, type RunId, supervisorRoutes } from '@clawhold/spec';
import type { Peers, Scenes } from './scene.ts';

/** How often a worker looks for runs by itself, in milliseconds. A nudge makes it look at once. */
const interval = 2_000;
/** A stop kills the sandbox first and is written down after: so long a run may be open without a workflow, in milliseconds. */
const grace = 10_000;

export interface WatchOptions {
  readonly peers: Peers;
  readonly scenes: Scenes;
  /** Starts the workflow of a run, or finds it; says whether that workflow is over. */
  readonly start: (run: RunId) => Promise<{ readonly over: boolean }>;
}

/** Keeps the workflows in step with the runs: starts what is new, ends what was stopped. */
export class Watch implements AsyncDisposable {
  readonly #options: WatchOptions;
  readonly #end = new AbortController();
  #wake = Promise.withResolvers<void>();
  readonly #loop: Promise<void>;
  /** Runs that are open though their workflow is over, and since when we know. */
  readonly #stranded = new Map<RunId, number>();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#loop = this.#watch();
  }

  nudge(): void {
    this.#wake.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.nudge();
    await this.#loop;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers();
      // A control plane that is away is asked again at the next look; nothing is lost by waiting.
      await this.#look().catch(() => undefined);
      await Promise.race([this.#wake.promise, sleep(interval, undefined, { signal }).catch(() => undefined)]);
    }
  }

  async #look(): Promise<void> {
    const { peers, scenes, start } = this.#options;
    const { signal } = this.#end;
    const { runs } = await callRoute(peers.api, apiRoutes.listOpenRuns, {}, { signal });
    for (const run of runs) if ((await start(run.id)).over) await this.#strand(run);
    const open = new Set(runs.map(({ id }) => id));
    for (const id of this.#stranded.keys()) if (!open.has(id)) this.#stranded.delete(id);
    for (const id of scenes.runs.filter((run) => !open.has(run))) {
      const run = await callRoute(peers.api, apiRoutes.readRun, { run: id }, { signal });
      if (endedRunStates.includes(run.state)) scenes.end(id);
    }
  }

  async #strand(run: Run): Promise<void> {
    const since = this.#stranded.get(run.id);
    if (since === undefined) this.#stranded.set(run.id, performance.now());
    else if (performance.now() - since > grace) await this.#giveUp(run);
  }

  /** The workflow is over and the run is not: it broke, and repeating it could repeat effects. */
  async #giveUp({ id }: Run): Promise<void> {
    const outcome = 'The run broke off inside Clawhold. What it had done until then is recorded.';
    const { api, supervisor } = this.#options.peers;
    // First the hands: nobody else would end a sandbox whose run has no workflow any more.
    await callRoute(supervisor, supervisorRoutes.closeSandbox, { run: id });
    try {
      await callRoute(api, apiRoutes.updateRun, { run: id, state: 'failed', outcome, usage: null });
    } catch (error) {
      if (error instanceof ClawholdError && error.status === 409) return;
      throw error;
    }
    const bodies = [{ kind: 'state' as const, state: 'failed' as const, explanation: outcome }];
    await callRoute(api, apiRoutes.appendTimeline, { run: id, key: 'ended', bodies });
  }
}
