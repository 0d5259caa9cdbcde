import { open, rename, stat } from 'node:fs/promises';
import { ClawholdError, type ErrorCode } from '@clawhold/spec';

/** How much of the end of the log is read to explain a failure, in bytes. */
const tailBytes = 16 * 1024;

/** A log longer than this is put aside at the next start, in bytes. The one put aside before it goes. */
const longestLog = 4 * 1024 * 1024;

/** Makes room in the log, and answers its length, so that an explanation never quotes an earlier start. */
export async function beginLog(path: string): Promise<number> {
  const length = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (length <= longestLog) return length;
  await rename(path, `${path}.1`);
  return 0;
}

/** What was written since `position`, at most the last 16 KiB. */
export async function readLog(path: string, position: number): Promise<string> {
  await using file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  const { size } = await file.stat();
  const start = Math.max(position, size - tailBytes);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, null, start);
  return buffer.toString('utf8', 0, bytesRead);
}

/** What can be done about data that another version of PostgreSQL wrote. They are not changed. */
export const otherVersionHint: string =
  'Start the Clawhold version that wrote it, or begin anew with another CLAWHOLD_HOME.';

interface Cause {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

const causes: readonly Cause[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'database_disk_full',
    message: 'The disk is full, so the database cannot run.',
    hint: 'Free some space and start again; nothing that was recorded is lost.',
  },
  {
    pattern: /lock file ".*" already exists|Is another (postmaster|postgres)/,
    code: 'database_in_use',
    message: 'Another PostgreSQL uses this database.',
    hint: 'Stop the other one, with "npx clawhold down" if it is a Clawhold, and start again.',
  },
  {
    pattern: /could not (create|resize|map) .*shared memory|could not create semaphores/,
    code: 'database_shared_memory',
    message: 'PostgreSQL gets no shared memory from this machine.',
    hint: 'Give the container more /dev/shm or the account more System V semaphores.',
  },
  {
    pattern: /is not compatible with this version|database files are incompatible with server/,
    code: 'database_version_mismatch',
    message: 'The database was written by another version of PostgreSQL.',
    hint: otherVersionHint,
  },
  {
    pattern: /[Pp]ermission denied|has wrong ownership|has invalid permissions/,
    code: 'database_permission',
    message: 'PostgreSQL may not use its own folders.',
    hint: 'Give the data folder back to the account of the database, mode 0700, and let that account pass to it.',
  },
];

/** Turns the end of PostgreSQL's log into one error that says what to do. */
export function explainLog(
  text: string,
  otherwise: { readonly code: ErrorCode; readonly message: string },
): ClawholdError {
  const cause = causes.find(({ pattern }) => pattern.test(text));
  const line = lastComplaint(text);
  const detail = line === undefined ? {} : { cause: new Error(line) };
  if (cause !== undefined) return new ClawholdError(cause.code, cause.message, { hint: cause.hint, ...detail });
  return new ClawholdError(otherwise.code, `${otherwise.message}${line === undefined ? '' : ` It said: ${line}`}`, {
    hint: 'Read the file "log" in the data folder of the database.',
    ...detail,
  });
}

/** The last sentence that PostgreSQL or initdb marked as serious, without time and process id. */
function lastComplaint(text: string): string | undefined {
  const complaints = text.split('\n').flatMap((line) => {
    const match = /(?:PANIC|FATAL|ERROR|error|fatal)(?: while [^:]+)?: +(.*)$/.exec(line);
    return match?.[1] === undefined ? [] : [match[1]];
  });
  return complaints.at(-1);
}
