/**
 * When a process started, in ticks since the machine did: field 22 of proc_pid_stat(5), counted after the name, which
 * may itself hold blanks and brackets. Ids are reused, so a process is its id and this together.
 *
 * @param stat what `/proc/<pid>/stat` says; '' for a process that is not there
 * @returns '' when there is no such field
 */
export function processStart(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
