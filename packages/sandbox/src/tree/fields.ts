import { ClawholdError } from '@clawhold/spec';

/** Splits NUL-terminated fields into groups of `size`. A file name may hold any byte but NUL, so nothing is escaped. */
export function readGroups(bytes: Buffer, size: number): Buffer[][] {
  const groups: Buffer[][] = [];
  let group: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    if (end < 0) break;
    group.push(bytes.subarray(start, end));
    start = end + 1;
    if (group.length < size) continue;
    groups.push(group);
    group = [];
  }
  if (group.length > 0 || (bytes.length > 0 && bytes.at(-1) !== 0)) throw cutShort();
  return groups;
}

/**
 * The groups before the closing one, whose first field is empty, and that closing one.
 *
 * @throws ClawholdError `files_killed` when it is missing: the job did not get to its end.
 */
export function readClosedGroups(bytes: Buffer, size: number): { groups: Buffer[][]; closing: Buffer[] } {
  const groups = readGroups(bytes, size);
  const closing = groups.pop();
  if (closing === undefined || closing[0]?.length !== 0) throw cutShort();
  return { groups, closing };
}

/** Writes NUL-terminated fields. */
export function writeFields(fields: readonly Buffer[]): Buffer {
  const end = Buffer.of(0);
  return Buffer.concat(fields.flatMap((field) => [field, end]));
}

function cutShort(): ClawholdError {
  return new ClawholdError('files_killed', 'A file job ended in the middle of its answer.', {
    hint: 'Ask for the same again.',
  });
}
