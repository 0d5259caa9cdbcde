import {
  ClawholdError,
  type FileChange,
  type FileOutcome,
  type FileState,
  type LedgerEvent,
  ledgerEvent,
  type RunId,
} from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { FileJob, FileJobs, FileRequest } from './file-jobs.ts';
import { type ContentDiff, diffContent } from './text-diff.ts';

export type KeepRequest = Omit<Extract<FileRequest, { action: 'keep' }>, 'action'>;

/** How a job ended. */
export interface Settled {
  readonly applied: boolean;
  readonly outcomes: FileOutcome[];
  /** Effects outside that an undo did not take back, one sentence each. */
  readonly remaining: string[];
}

/** Checkpoints by number or name; without them the task folder, and the files as they are. */
export interface Between {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What a person does with the file changes of a run that has ended. */
export interface FileService {
  changes(run: RunId, between?: Between): Promise<{ readonly changes: FileChange[]; readonly digest: string }>;
  diff(run: RunId, path: string, between?: Between): Promise<ContentDiff>;
  keep(run: RunId, request: KeepRequest, by: string): Promise<Settled>;
  discard(run: RunId, by: string): Promise<void>;
  undo(run: RunId, by: string): Promise<Settled>;
  /** Starts bringing to their end the jobs of which nobody heard how they ended: a process died, or did not answer. */
  startFinishing(): Disposable;
}

export interface FileServiceParts {
  readonly jobs: FileJobs;
  readonly runs: Pick<RunStore, 'read'>;
  readonly supervisor: SupervisorClient;
  readonly ledger: Recorder;
}

const finishMilliseconds = 2_000;

const bytes = (base64: string | null): Uint8Array | null => (base64 === null ? null : Buffer.from(base64, 'base64'));

const endStates = { keep: 'kept', discard: 'discarded', undo: 'undone' } as const satisfies Record<string, FileState>;

export function createFileService({ jobs, runs, supervisor, ledger }: FileServiceParts): FileService {
  /** The runs that this process is at work on: their jobs end here. */
  const atWork = new Set<RunId>();

  async function ask({ run, request }: FileJob): Promise<Settled> {
    switch (request.action) {
      case 'keep': {
        const { action: _, ...choice } = request;
        return { ...(await supervisor.keep({ run, ...choice })), remaining: [] };
      }
      case 'discard':
        await supervisor.discard(run);
        return { applied: true, outcomes: [], remaining: [] };
      case 'undo':
        return supervisor.undo(run);
      default:
        return request satisfies never;
    }
  }

  /** Does what was begun, or finds it done: the supervisor answers a second question about the same with its end. */
  async function carryOut(job: FileJob, stays: (error: unknown) => boolean): Promise<Settled> {
    const { run } = job;
    const unchanged = (code: string): (() => Promise<unknown>) => {
      const { action } = job.request;
      return () => ledger.append([ledgerEvent('files.unchanged', { action, code }, origin(job))]);
    };
    let settled: Settled;
    try {
      settled = await ask(job);
    } catch (error) {
      // Nobody knows whether it happened: the job stays, and is asked about again until somebody does.
      if (!stays(error))
        await jobs.end(run, null, unchanged(error instanceof ClawholdError ? error.code : 'gateway_internal'));
      throw error;
    }
    if (!settled.applied) await jobs.end(run, null, unchanged('files_conflict'));
    else await jobs.end(run, endStates[job.request.action], () => ledger.append([endEvent(job, settled)]));
    return settled;
  }

  async function settle(job: FileJob): Promise<Settled> {
    const { run, request, by } = job;
    const changesDigest = request.action === 'keep' ? request.digest : null;
    const intent = ledgerEvent('files.intended', { action: request.action, changesDigest }, origin({ run, by }));
    let isOurs = false;
    try {
      await jobs.begin(job, async () => {
        // From the first moment that others can see it: a sweep must not take it for one of a dead process.
        isOurs = true;
        atWork.add(run);
        await ledger.append([intent]);
      });
      return await carryOut(job, isUnsure);
    } finally {
      if (isOurs) atWork.delete(run);
    }
  }

  async function finish(): Promise<void> {
    for (const job of await jobs.list()) {
      if (atWork.has(job.run)) continue;
      atWork.add(job.run);
      // What cannot be done now is tried again; how it ended is in the ledger, and the run shows it.
      await carryOut(job, (error) => isUnsure(error) || isStillAtIt(error)).catch(() => undefined);
      atWork.delete(job.run);
    }
  }

  return {
    async changes(run, between) {
      await runs.read(run);
      return supervisor.listChanges({ run, ...between });
    },

    async diff(run, path, between) {
      await runs.read(run);
      const { before, after, cut } = await supervisor.readChange({ run, path, ...between });
      return diffContent(bytes(before), bytes(after), cut);
    },

    keep: (run, request, by) => settle({ run, request: { action: 'keep', ...request }, by }),
    discard: async (run, by) => void (await settle({ run, request: { action: 'discard' }, by })),
    undo: (run, by) => settle({ run, request: { action: 'undo' }, by }),

    startFinishing() {
      let finishing = false;
      const sweep = async (): Promise<void> => {
        if (finishing) return;
        finishing = true;
        // A lost database is reported by those who need it.
        await finish().catch(() => undefined);
        finishing = false;
      };
      const timer = setInterval(() => void sweep(), finishMilliseconds);
      void sweep();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}

function origin({ run, by }: Pick<FileJob, 'run' | 'by'>): { readonly actor: string; readonly run: RunId } {
  return { actor: `person:${by}`, run };
}

function endEvent(job: FileJob, { outcomes }: Settled): LedgerEvent {
  const { request } = job;
  const paths = outcomes.filter(({ outcome }) => outcome === 'applied').length;
  switch (request.action) {
    case 'keep':
      return ledgerEvent('files.kept', { paths, changesDigest: request.digest }, origin(job));
    case 'discard':
      return ledgerEvent('files.discarded', {}, origin(job));
    case 'undo':
      return ledgerEvent('files.undone', { paths }, origin(job));
    default:
      return request satisfies never;
  }
}

const unsure: readonly string[] = ['channel_answer', 'supervisor_not_answering', 'files_killed'];

/** Whether what was asked may have happened all the same. */
function isUnsure(error: unknown): boolean {
  return error instanceof ClawholdError && unsure.includes(error.code);
}

/** Whether a process that died left it to another one that is not done, or nobody is there to ask. */
function isStillAtIt(error: unknown): boolean {
  return error instanceof ClawholdError && (error.code === 'state_files_busy' || error.status === 503);
}
