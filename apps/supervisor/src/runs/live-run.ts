import type { ExactValues } from '@clawhold/detect';
import type { Attachment } from '@clawhold/egress';
import type { Provenance } from '@clawhold/flow';
import type { Sandbox } from '@clawhold/sandbox';
import type {
  ApprovalId,
  Label,
  RunId,
  SandboxFiles,
  SandboxId,
  SessionId,
  StepId,
  StepOutcome,
  SystemCallProfile,
} from '@clawhold/spec';
import type { RunUsage } from '../deciding/run-usage.ts';
import type { Callers } from '../network/callers.ts';
import type { HostLabels } from '../network/host-labels.ts';
import { inTurn } from '../order/in-turn.ts';
import type { CurrentSteps } from '../steps/current-steps.ts';
import type { StepJournal } from '../steps/journal.ts';
import type { RunRecord } from './run-folder.ts';

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
  readonly sandbox: Sandbox;
  readonly sandboxId: SandboxId;
  readonly attachments: readonly Attachment[];
  readonly callers: Callers;
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

/** Keeps a sandbox frozen while a person is asked about one of its steps. */
export interface Frost {
  /** Freezes for an open question. */
  begin(approval: ApprovalId): Promise<void>;
  /** Ends it for a question that is over; thaws when it was the last one. */
  end(approval: ApprovalId): Promise<void>;
  /** Keeps everything still while `work` looks at the files. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The questions that may still be open. */
  open(): readonly ApprovalId[];
}

export function createFrost(sandbox: Pick<Sandbox, 'freeze' | 'thaw'>): Frost {
  const holders = new Set<ApprovalId | symbol>();
  // However many steps ask at the same time.
  const turn = inTurn();
  const hold = (holder: ApprovalId | symbol): Promise<void> =>
    turn(async () => {
      if (holders.size === 0) await sandbox.freeze();
      holders.add(holder);
    });
  const release = (holder: ApprovalId | symbol): Promise<void> =>
    turn(async () => {
      if (holders.delete(holder) && holders.size === 0) await sandbox.thaw();
    });
  return {
    begin: hold,
    end: release,
    async during(work) {
      const holder = Symbol('files');
      await hold(holder);
      try {
        return await work();
      } finally {
        await release(holder);
      }
    },
    open: () => [...holders].filter((holder) => typeof holder === 'string'),
  };
}
