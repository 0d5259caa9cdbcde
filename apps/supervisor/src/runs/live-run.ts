import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExactValues } from '@clawhold/detect';
import type { Attachment } from '@clawhold/egress';
import type { Provenance } from '@clawhold/flow';
import type { TaskSecrets } from '@clawhold/policy';
import type { Sandbox } from '@clawhold/sandbox';
import {
  type ApprovalId,
  ClawholdError,
  type Label,
  type RunId,
  type SandboxFiles,
  type SandboxId,
  type SessionId,
  type StepId,
  type StepOutcome,
  type SystemCallProfile,
} from '@clawhold/spec';
import type { RunUsage } from '../deciding/run-usage.ts';
import type { Callers } from '../network/callers.ts';
import type { HostLabels } from '../network/host-labels.ts';
import { inTurn } from '../order/in-turn.ts';
import type { CurrentSteps } from '../steps/current-steps.ts';
import type { StepJournal } from '../steps/journal.ts';
import type { RunRecord } from './run-folder.ts';
import type { SideSandboxes } from './side-sandboxes.ts';

/** A run whose sandbox lives in this process, with everything that dies with it. */
export interface LiveRun {
  readonly id: RunId;
  readonly session: SessionId;
  readonly agent: string;
  /** `provider/model`. */
  readonly model: string;
  readonly record: RunRecord;
  /** What its sandbox sees of files, from its start to its end. */
  readonly files: SandboxFiles;
  /** What its programs may ask of the kernel beside the base, from its start to its end. */
  readonly systemCalls: readonly SystemCallProfile[];
  /** What it does not see of the task folder beside the secrets that are never shown, from its start to its end. */
  readonly taskSecrets: TaskSecrets;
  readonly sandbox: Sandbox;
  readonly sandboxId: SandboxId;
  readonly attachments: readonly Attachment[];
  readonly callers: Callers;
  readonly beside: SideSandboxes;
  /** What leaves this run with nothing. */
  readonly guarded: ExactValues;
  readonly provenance: Provenance;
  readonly hostLabels: HostLabels;
  /** What was written down of what this run knows, and when that is on disk. */
  readonly carried: { label: Label | null; noted: Promise<void> };
  readonly usage: RunUsage;
  readonly journal: StepJournal;
  readonly frost: Frost;
  readonly steps: CurrentSteps;
  /** The calls at work: a second attempt at one gets the outcome of the first. */
  readonly calls: Map<StepId, Promise<StepOutcome>>;
  /** Aborted when the run is closed or stopped. */
  readonly ended: AbortSignal;
}

/** Keeps the sandboxes of a run frozen while a person is asked about one of its steps. */
export interface Frost {
  /** Another sandbox of the run from now on stands still when the first one does. */
  join(sandbox: Frozen): Promise<void>;
  /** Freezes for an open question. */
  begin(approval: ApprovalId): Promise<void>;
  /** Ends it for a question that is over; thaws when it was the last one. */
  end(approval: ApprovalId): Promise<void>;
  /** Keeps everything still while `work` looks at the files. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** A program of the run is at work; it waits while its files are moved. */
  acting<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Moves the files while nothing is at work. @throws ClawholdError `state_step_at_work`, or `state_run_waiting` while a
   * person is asked: the sandbox stands still.
   */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The questions that may still be open. */
  open(): readonly ApprovalId[];
}

type Frozen = Pick<Sandbox, 'freeze' | 'thaw' | 'closed'>;

export function createFrost(sandbox: Pick<Sandbox, 'freeze' | 'thaw'>): Frost {
  const others = new Set<Frozen>();
  // One that has just ended stands still for good.
  const alsoOthers = (act: (one: Frozen) => Promise<void>): Promise<unknown> =>
    Promise.all([...others].map((one) => act(one).catch((error: unknown) => assertEnded(one, error))));
  const holders = new Set<ApprovalId | symbol>();
  const looks = new Set<Promise<unknown>>();
  let working = 0;
  /** Settles when the files are where they should be; never rejects. */
  let moving: Promise<void> = Promise.resolve();
  // However many steps ask at the same time.
  const turn = inTurn();
  const hold = (holder: ApprovalId | symbol): Promise<void> =>
    turn(async () => {
      if (holders.size === 0) {
        await sandbox.freeze();
        await alsoOthers((one) => one.freeze());
      }
      holders.add(holder);
    });
  const release = (holder: ApprovalId | symbol): Promise<void> =>
    turn(async () => {
      if (!holders.delete(holder) || holders.size > 0) return;
      await sandbox.thaw();
      await alsoOthers((one) => one.thaw());
    });
  async function look<Result>(work: () => Promise<Result>): Promise<Result> {
    const holder = Symbol('files');
    await hold(holder);
    try {
      return await work();
    } finally {
      await release(holder);
    }
  }

  function assertMovable(): void {
    if ([...holders].some((holder) => typeof holder === 'string'))
      throw new ClawholdError('state_run_waiting', 'The sandbox stands still while a person is asked.', {
        hint: 'Answer what is asked, then try again: npx clawhold approvals',
      });
    if (working > 0)
      throw new ClawholdError('state_step_at_work', 'A step of the run is at work.', {
        hint: 'Try again when it has ended.',
      });
  }

  return {
    join: (one) =>
      turn(async () => {
        others.add(one);
        void one.closed.then(() => others.delete(one));
        if (holders.size > 0) await one.freeze();
      }),
    begin: hold,
    end: release,
    during(work) {
      const looking = look(work);
      looks.add(looking);
      const over = (): void => void looks.delete(looking);
      looking.then(over, over);
      return looking;
    },
    async acting(work) {
      // Another move may have begun when the one that was waited for is over.
      for (let over: Promise<void> | undefined; over !== moving; ) {
        over = moving;
        await over;
      }
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
      }
    },
    async alone(work) {
      for (;;) {
        // Whoever only looks is done soon.
        await Promise.allSettled(looks);
        const done = await turn(async () => {
          assertMovable();
          if (holders.size > 0) return undefined;
          const move = work();
          moving = move.then(nothing, nothing);
          return { result: await move };
        });
        if (done !== undefined) return done.result;
      }
    },
    open: () => [...holders].filter((holder) => typeof holder === 'string'),
  };
}

const nothing = (): void => undefined;

async function assertEnded({ closed }: Frozen, error: unknown): Promise<void> {
  const lives = Symbol('lives');
  // The end of a sandbox is told right behind what failed because of it.
  if ((await Promise.race([closed, nextTurn(lives)])) === lives) throw error;
}
