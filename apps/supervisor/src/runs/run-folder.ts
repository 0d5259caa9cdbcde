import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskFolderView } from '@clawhold/sandbox';
import { ClawholdError, id, type RunId } from '@clawhold/spec';
import { z } from 'zod';

const recordSchema = z.object({
  run: id('run'),
  agent: z.string(),
  taskFolder: z.string(),
  /** Which host id its sandboxes get: the files of its view belong to it. */
  slot: z.number().int().nonnegative(),
  /** What `beginRun` answered. */
  begun: z.string(),
  /** When its first sandbox was made, in milliseconds since 1970; null in records of earlier versions. */
  opened: z.number().nullable().default(null),
  /** The ids of the keep that was done last, for its undo. */
  keep: z.string().nullable(),
  /** Its files begin with those of another run. */
  forkedFrom: id('run').nullable().default(null),
  /** That keep is done and was not taken back. */
  kept: z.boolean().default(false),
  /** A keep or undo that is at work; found at a start, it was left half-way. `done` is how many were done before it. */
  settling: z
    .object({ work: z.enum(['keep', 'undo']), done: z.number().int() })
    .nullable()
    .default(null),
});

/** What the supervisor keeps of a run on disk, so that a later process can show, keep and undo its file changes. */
export type RunRecord = z.infer<typeof recordSchema>;

/** Where a run's storage lies: the view's layers, the journal of its steps, the pre-images of what was kept. */
export function runFolder(root: string, run: RunId): string {
  return join(root, 'runs', run);
}

export function stepJournalPath(root: string, run: RunId): string {
  return join(runFolder(root, run), 'steps.ndjson');
}

/** @throws ClawholdError `state_no_files` when the run never had a sandbox here. */
export async function readRunRecord(root: string, run: RunId): Promise<RunRecord> {
  const record = await findRunRecord(root, run);
  if (record !== undefined) return record;
  throw new ClawholdError('state_no_files', `The run ${run} has changed no files here.`, { status: 404 });
}

export async function findRunRecord(root: string, run: RunId): Promise<RunRecord | undefined> {
  const text = await readFile(join(runFolder(root, run), 'run.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
}

/** Of every run that ever had a sandbox here. */
export async function allRunRecords(root: string): Promise<readonly RunRecord[]> {
  const names = await readdir(join(root, 'runs')).catch(() => []);
  const records = await Promise.all(names.map((name) => findRunRecord(root, name as RunId))); // our own folder names
  return records.filter((record) => record !== undefined);
}

export async function writeRunRecord(root: string, record: RunRecord): Promise<void> {
  const folder = runFolder(root, record.run);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'run.json');
  await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

/** Remembers beyond this process that a run was stopped. */
export async function writeStopMark(root: string, run: RunId): Promise<void> {
  await mkdir(runFolder(root, run), { recursive: true, mode: 0o700 });
  await writeFile(join(runFolder(root, run), 'stopped'), '', { mode: 0o600, flush: true });
}

export async function hasStopMark(root: string, run: RunId): Promise<boolean> {
  return (await stat(join(runFolder(root, run), 'stopped')).catch(() => undefined)) !== undefined;
}

export function viewOf(root: string, record: RunRecord): TaskFolderView {
  return { taskFolder: record.taskFolder, storage: runFolder(root, record.run), begun: record.begun };
}
