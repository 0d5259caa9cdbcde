import { randomBytes } from 'node:crypto';
import { shippedManifest } from '@clawhold/agents/manifest';
import type { Implementation } from '@clawhold/channel';
import {
  type Approval,
  type ApprovalId,
  type apiRoutes,
  type BlobId,
  ClawholdError,
  endedRunStates,
  formatId,
  idEntropyBytes,
  type Run,
  type RunId,
  type RunState,
  type StepId,
  type TimelineBody,
  type UnknownStep,
} from '@clawhold/spec';

/** The api process as a worker sees it, kept in memory; it outlives the worker processes of a test. */
export class ControlPlane {
  readonly runs = new Map<RunId, Run>();
  readonly conversations = new Map<RunId, BlobId>();
  /** What was shown of a turn while it was written, piece by piece. */
  readonly drafts: { readonly turn: string; readonly from: number; readonly text: string }[] = [];
  /** The agent's manifest as every run took it along. */
  manifest: string = shippedManifest();
  readonly blobs = new Map<BlobId, string>();
  readonly timeline: { readonly run: RunId; readonly key: string | undefined; readonly body: TimelineBody }[] = [];
  readonly approvals = new Map<ApprovalId, Approval>();

  readonly lost = new Map<StepId, UnknownStep>();
  /** What a person says of each step whose result was lost, at once; null: nobody says anything in time. */
  verdict: Pick<UnknownStep, 'verdict' | 'note'> | 'later' = { verdict: null, note: null };

  addRun(given: Partial<Run> & Pick<Run, 'task'>): Run {
    const run: Run = {
      id: newId('run'),
      session: newId('session'),
      folder: '/srv/tasks',
      agent: 'default',
      model: 'test/scripted',
      scripted: true,
      conversation: false,
      state: 'queued',
      files: 'open',
      outcome: null,
      selfCheck: null,
      created: new Date().toISOString(),
      ended: null,
      usage: { turns: 0, inputTokens: 0, outputTokens: 0 },
      ...given,
    };
    this.runs.set(run.id, run);
    return run;
  }

  run(id: RunId): Run {
    const run = this.runs.get(id);
    if (run === undefined) throw new ClawholdError('state_no_such_run', 'There is no such run.', { status: 404 });
    return run;
  }

  /** All entries of a kind, in order. */
  entries<Kind extends TimelineBody['kind']>(run: RunId, kind: Kind): Extract<TimelineBody, { kind: Kind }>[] {
    return this.timeline
      .filter((entry) => entry.run === run)
      .map(({ body }) => body)
      .filter((body) => body.kind === kind) as Extract<TimelineBody, { kind: Kind }>[]; // the filter just proved it
  }

  decide(id: ApprovalId, state: 'approved' | 'denied' | 'expired'): void {
    const approval = this.approvals.get(id);
    if (approval !== undefined) this.approvals.set(id, { ...approval, state });
  }

  move(id: RunId, state: RunState, progress: Partial<Run> = {}): void {
    const run = this.run(id);
    if (endedRunStates.includes(run.state))
      throw new ClawholdError('state_run_ended', 'The run has already ended.', { status: 409 });
    const ended = endedRunStates.includes(state) ? new Date().toISOString() : null;
    this.runs.set(id, { ...run, ...progress, state, ended });
  }

  routes(): Implementation<typeof apiRoutes> {
    return {
      ...unused,
      appendTimeline: async ({ run, bodies, key }) => {
        const known = this.timeline.some((entry) => entry.run === run && entry.key === key);
        if (key === undefined || !known) this.timeline.push(...bodies.map((body) => ({ run, key, body })));
        return {};
      },
      showDraft: ({ turn, from, text }) => {
        this.drafts.push({ turn, from, text });
        return { length: from + text.length };
      },
      readApproval: ({ approval }) => this.#approval(approval),
      awaitApproval: async ({ approval }) => {
        for (let round = 0; round < 20 && this.#approval(approval).state === 'pending'; round += 1)
          await new Promise((resolve) => setTimeout(resolve, 20));
        return this.#approval(approval);
      },
      reportUnknownStep: (lost) => {
        const now = new Date().toISOString();
        const untouched = { verdict: null, note: null, settled: null, settledBy: null } as const;
        const step: UnknownStep = { ...lost, ...untouched, reported: now, expires: now, state: 'open' };
        if (!this.lost.has(lost.step)) this.lost.set(lost.step, step);
        return this.lost.get(lost.step) ?? step;
      },
      awaitVerdict: async ({ step }) => {
        const lost = this.lost.get(step);
        if (lost === undefined) throw new ClawholdError('state_no_such_step', 'There is no such step.');
        if (this.verdict === 'later') {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return lost;
        }
        return { ...lost, ...this.verdict, state: this.verdict.verdict === null ? 'expired' : 'settled' };
      },
      listOpenRuns: async () => {
        return { runs: [...this.runs.values()].filter(({ state }) => !endedRunStates.includes(state)) };
      },
      readRun: ({ run }) => this.run(run),
      readManifest: () => ({ text: this.manifest }),
      updateRun: async ({ run, state, outcome, usage, selfCheck }) => {
        this.move(run, state, {
          ...(outcome === null ? {} : { outcome }),
          ...(usage === null ? {} : { usage }),
          selfCheck,
        });
        return {};
      },
      readSession: ({ session }) => ({
        runs: [...this.runs.values()]
          .filter((run) => run.session === session)
          .map((run) => ({ run, conversation: this.conversations.get(run.id) ?? null })),
      }),
      saveConversation: ({ run, blob }) => {
        this.conversations.set(run, blob);
        return {};
      },
      writeBlob: async ({ text }) => {
        const blob = newId('blob');
        this.blobs.set(blob, text);
        return { blob };
      },
      readBlob: ({ blob }) => ({ text: this.blobs.get(blob) ?? '' }),
    };
  }

  #approval(id: ApprovalId): Approval {
    const approval = this.approvals.get(id);
    if (approval === undefined) throw new ClawholdError('state_no_such_approval', 'There is no such approval.');
    return approval;
  }
}

export function newId<Kind extends Parameters<typeof formatId>[0]>(kind: Kind): ReturnType<typeof formatId<Kind>> {
  return formatId(kind, randomBytes(idEntropyBytes));
}

/** Routes that a worker must never call. */
const refuse = (): never => {
  throw new ClawholdError('auth_peer', 'A worker has no business here.');
};
const unused = {
  registerSupervisor: refuse,
  makeProposal: refuse,
  listRunProposals: refuse,
  awaitProposal: refuse,
  renewLease: refuse,
  appendEvents: refuse,
  requestApproval: refuse,
  consumeApproval: refuse,
  reserve: refuse,
};
