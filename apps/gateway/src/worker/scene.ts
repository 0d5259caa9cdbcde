import { type AgentManifest, parseAgentManifest } from '@clawhold/agents';
import { type Channel, callRoute } from '@clawhold/channel';
import { apiRoutes, type Run, type RunId, type StepId } from '@clawhold/spec';
import { Hands } from './hands.ts';
import { patiently } from './patience.ts';
import { RunEnded } from './run-ended.ts';
import { RunRecord } from './run-record.ts';

export interface Peers {
  readonly api: Channel;
  readonly supervisor: Channel;
}

/** Everything that the workflows of one run share in this process. None of it is durable, all of it is found again. */
export interface Scene {
  readonly run: Run;
  /** Who works on it, as it was when the run was begun. */
  readonly manifest: AgentManifest;
  readonly record: RunRecord;
  readonly hands: Hands;
  /** Aborted with RunEnded when the run was stopped. */
  readonly signal: AbortSignal;
  /** Steps that wait for a person right now. */
  readonly waiting: Set<StepId>;
}

/** The runs that this process works on. */
export class Scenes {
  readonly #peers: Peers;
  readonly #open = new Map<RunId, { readonly control: AbortController; readonly scene: Promise<Scene> }>();

  constructor(peers: Peers) {
    this.#peers = peers;
  }

  get runs(): readonly RunId[] {
    return [...this.#open.keys()];
  }

  of(run: RunId): Promise<Scene> {
    const known = this.#open.get(run);
    if (known !== undefined) return known.scene;
    const control = new AbortController();
    const scene = this.#make(run, control);
    // A failure is not kept: whoever asks next tries again.
    scene.catch(() => this.#open.delete(run));
    this.#open.set(run, { control, scene });
    return scene;
  }

  /** Ends whatever goes on for a run that has ended without us. */
  end(run: RunId): void {
    this.#open.get(run)?.control.abort(new RunEnded());
  }

  forget(run: RunId): void {
    this.#open.delete(run);
  }

  async #make(id: RunId, control: AbortController): Promise<Scene> {
    const { signal } = control;
    const { api, supervisor } = this.#peers;
    const run = await patiently(() => callRoute(api, apiRoutes.readRun, { run: id }, { signal }), { signal });
    const record = new RunRecord(api, id, signal);
    const carried = await record.call(apiRoutes.readManifest, { run: id });
    const manifest = parseAgentManifest(carried.text, `the manifest of ${run.agent}`);
    const hands = new Hands({
      channel: supervisor,
      run,
      signal,
      onStopped: () => control.abort(new RunEnded()),
      note: async (level, text) =>
        void (await record.call(apiRoutes.appendTimeline, { run: id, bodies: [{ kind: 'note', level, text }] })),
    });
    return { run, manifest, record, hands, signal, waiting: new Set() };
  }
}
