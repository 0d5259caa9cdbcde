import {
  ClawholdError,
  endedRunStates,
  type FileChange,
  type FileOutcome,
  ledgerEvent,
  type Run,
  type RunId,
} from '@clawhold/spec';
import type { Recorder } from '../audit/recorder.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import { type ContentDiff, diffContent } from './text-diff.ts';

export interface KeepRequest {
  /** Digest of the list that the person saw. */
  readonly digest: string;
  /** null: all of it. */
  readonly paths: readonly string[] | null;
  readonly skipConflicts: boolean;
}

export interface Settled {
  readonly applied: boolean;
  readonly outcomes: FileOutcome[];
}

/** What a person does with the file changes of a run that has ended. */
export interface FileService {
  changes(run: RunId): Promise<{ readonly changes: FileChange[]; readonly digest: string }>;
  diff(run: RunId, path: string): Promise<ContentDiff>;
  keep(run: RunId, request: KeepRequest, by: string): Promise<Settled>;
  discard(run: RunId, by: string): Promise<void>;
  undo(run: RunId, by: string): Promise<Settled & { readonly remaining: string[] }>;
}

export interface FileServiceParts {
  readonly runs: RunStore;
  readonly supervisor: SupervisorClient;
  readonly ledger: Recorder;
}

const bytes = (base64: string | null): Uint8Array | null => (base64 === null ? null : Buffer.from(base64, 'base64'));

export function createFileService({ runs, supervisor, ledger }: FileServiceParts): FileService {
  async function endedRun(run: RunId): Promise<Run> {
    const found = await runs.read(run);
    if (endedRunStates.includes(found.state)) return found;
    throw new ClawholdError('state_run_going_on', `The run ${run} is still going on (${found.state}).`, {
      hint: `Wait for it, or stop it with: npx clawhold stop ${run}`,
    });
  }

  return {
    async changes(run) {
      await runs.read(run);
      return supervisor.listChanges(run);
    },

    async diff(run, path) {
      await runs.read(run);
      const { before, after, cut } = await supervisor.readChange({ run, path });
      return diffContent(bytes(before), bytes(after), cut);
    },

    async keep(run, request, by) {
      const { files } = await endedRun(run);
      if (files !== 'open')
        throw new ClawholdError('state_files_settled', `The file changes of ${run} are already ${files}.`);
      const paths = request.paths === null ? null : [...request.paths];
      const result = await supervisor.keep({
        run,
        digest: request.digest,
        paths,
        skipConflicts: request.skipConflicts,
      });
      if (!result.applied) return result;
      await runs.moveFiles(run, ['open'], 'kept');
      const kept = result.outcomes.filter(({ outcome }) => outcome === 'applied').length;
      await ledger.append([
        ledgerEvent('files.kept', { paths: kept, changesDigest: request.digest }, { actor: `person:${by}`, run }),
      ]);
      return result;
    },

    async discard(run, by) {
      await endedRun(run);
      // First the state: from here on nobody can keep what is being dropped.
      await runs.moveFiles(run, ['open'], 'discarded');
      try {
        await supervisor.discard(run);
      } catch (error) {
        await runs.moveFiles(run, ['discarded'], 'open');
        throw error;
      }
      await ledger.append([ledgerEvent('files.discarded', {}, { actor: `person:${by}`, run })]);
    },

    async undo(run, by) {
      const { files } = await endedRun(run);
      if (files !== 'kept')
        throw new ClawholdError(
          'state_files_not_kept',
          `The file changes of ${run} are not kept but ${files}.`,
          files === 'open' ? { hint: `Drop them with: npx clawhold discard ${run}` } : {},
        );
      const result = await supervisor.undo(run);
      if (!result.applied) return result;
      await runs.moveFiles(run, ['kept'], 'undone');
      const paths = result.outcomes.filter(({ outcome }) => outcome === 'applied').length;
      await ledger.append([ledgerEvent('files.undone', { paths }, { actor: `person:${by}`, run })]);
      return result;
    },
  };
}
