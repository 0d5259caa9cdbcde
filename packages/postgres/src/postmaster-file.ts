import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a postmaster writes about itself into `postmaster.pid` (src/include/utils/pidfile.h). */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting`, `stopping`, `ready` or `standby`; empty until it knows. */
  readonly status: string;
}

/** Reads `postmaster.pid` of a cluster; undefined when there is none, or only half of one. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const lines = (await readFile(postmasterPath(cluster), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  return Number.isSafeInteger(pid) && pid > 1 ? { pid, status: lines[7]?.trim() ?? '' } : undefined;
}

export function postmasterPath(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
