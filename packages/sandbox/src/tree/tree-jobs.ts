import { ClawholdError, type ErrorCode } from '@clawhold/spec';

/** How a file job ended. */
export interface TreeJobResult {
  /** Exit status: 0 done, 1 failed, 2 wrong arguments, anything else: the job was killed. */
  readonly status: number;
  readonly stdout: Uint8Array;
  /** `code<TAB>sentence` when the job failed. */
  readonly stderr: string;
}

/**
 * Runs a file job of `native/launcher/src/tree/tree.c` in a process of its own, with the launcher's rights. The supervisor
 * itself may read neither the task folder nor the storage of a run. The sandbox driver implements it.
 */
export interface TreeJobs {
  job(argv: string[], stdin?: Uint8Array): Promise<TreeJobResult>;
}

const codes: Readonly<Record<string, ErrorCode>> = {
  unreachable: 'files_unreachable',
  unwritable: 'files_unwritable',
  unreadable: 'files_unreadable',
  changing: 'files_changing',
  busy: 'state_files_busy',
  'too-many': 'files_too_many',
  replaced: 'files_replaced',
  'not-kept': 'state_not_kept',
  storage: 'files_storage',
  journal: 'files_journal',
  input: 'input_file_selection',
};

const hints: Readonly<Record<string, string>> = {
  unreachable: 'Check that the folder still exists and that its file system is mounted.',
  unwritable: 'Check the permissions of the task folder and the free space of its file system.',
  changing: 'Stop the run, then try again.',
  busy: 'Wait until it is finished, then try again.',
  'too-many': 'Discard the changes and let the run write what is temporary, such as caches and builds, to /tmp.',
  replaced: 'Put the original folder back in its place, or copy the changes by hand from the diff.',
  'not-kept': 'Look at the runs that were kept with "clawhold runs".',
  storage: 'Check the free space where Clawhold stores its data.',
  journal: 'Check the free space where Clawhold stores its data, then ask for the same again: it goes on where it was.',
  failed: 'Check the free space of the task folder, then try again.',
};

/**
 * Runs a job that must succeed.
 *
 * @returns its standard output.
 * @throws ClawholdError `files_*` or `state_*` when the job failed, with the job's own sentence; `files_killed` when it
 *   was killed before it could say anything: whatever it was doing is finished or taken back by the next job.
 */
export async function runJob(jobs: TreeJobs, argv: string[], stdin?: Uint8Array): Promise<Buffer> {
  const result = await jobs.job(argv, stdin);
  if (result.status === 0) return Buffer.from(result.stdout.buffer, result.stdout.byteOffset, result.stdout.byteLength);
  const [code = '', sentence] = result.stderr.trim().split('\t', 2);
  const hint = hints[code];
  if (sentence !== undefined)
    throw new ClawholdError(codes[code] ?? 'files_failed', sentence, hint === undefined ? {} : { hint });
  throw new ClawholdError('files_killed', `The file job "${argv[0] ?? ''}" ended before it was done.`, {
    hint: 'Ask for the same again: what was begun is then finished or taken back.',
  });
}
