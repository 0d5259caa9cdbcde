import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAsBad, joinLabels } from '@clawhold/flow';
import { type Label, labelSchema, type RunId, type SessionId } from '@clawhold/spec';
import { writeWhole } from '../disk/write-whole.ts';
import { inTurn } from '../order/in-turn.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { runFolder } from '../runs/run-folder.ts';

/** What outlives a sandbox: what a conversation has seen, and whether the files of a run can hold secret data. */
export interface CarriedLabels {
  /** What the earlier runs of a session had seen; undefined for a new one. */
  ofSession(session: SessionId): Promise<Label | undefined>;
  /** Whether the files of this run can hold secret data. */
  isSecret(run: RunId): Promise<boolean>;
  /** The files of this run hold those of another one, which can. */
  markSecret(run: RunId): Promise<void>;
  /**
   * Writes down what a run knows by now. Called before every effect that could carry it further, and settles when it
   * survives a crash.
   */
  note(run: LiveRun): Promise<void>;
}

/**
 * @param root the supervisor's own folder.
 * @param onSecret told once for a run, when it may know secret data from now on.
 */
export async function openCarriedLabels(root: string, onSecret: (run: LiveRun) => void): Promise<CarriedLabels> {
  const sessions = join(root, 'labels', 'sessions');
  await mkdir(sessions, { recursive: true, mode: 0o700 });
  /** What is on disk. */
  const noted = new Map<SessionId, Label>();
  const turn = inTurn();
  const markOf = (run: RunId): string => join(runFolder(root, run), 'secret');

  async function ofSession(session: SessionId): Promise<Label | undefined> {
    const known = noted.get(session);
    if (known !== undefined) return known;
    const text = await readFile(join(sessions, `${session}.json`), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const read = text === undefined ? undefined : labelSchema.parse(JSON.parse(text));
    if (read !== undefined) noted.set(session, read);
    return read;
  }

  async function write({ id, session }: LiveRun, carried: Label): Promise<void> {
    const before = await ofSession(session);
    const now = before === undefined ? carried : joinLabels(before, carried);
    // The mark first: a session is never known to be secret before its run is.
    if (carried.confidentiality === 'secret') await markSecret(id);
    if (before !== undefined && isAsBad(before, now)) return;
    await writeWhole(join(sessions, `${session}.json`), JSON.stringify(now));
    noted.set(session, now);
  }

  async function markSecret(run: RunId): Promise<void> {
    await mkdir(runFolder(root, run), { recursive: true, mode: 0o700 });
    await writeFile(markOf(run), '', { mode: 0o600, flush: true });
  }

  return {
    ofSession,
    markSecret,
    isSecret: async (run) => (await stat(markOf(run)).catch(() => undefined)) !== undefined,
    note(run) {
      const { leaving } = run.provenance;
      const known = run.carried.label;
      if (known !== null && isAsBad(known, leaving)) return run.carried.noted;
      run.carried.label = leaving;
      const written = turn(() => write(run, leaving));
      run.carried.noted = written;
      if (leaving.confidentiality === 'secret' && known?.confidentiality !== 'secret') onSecret(run);
      return written;
    },
  };
}
