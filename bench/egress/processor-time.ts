import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds that all threads of a process had a processor so far (`/proc/PID/task/TID/schedstat`, proc(5)). */
export function processorTime(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number.parseInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1'), 10);
    } catch {
      // It ended between the two.
    }
  }
  return nanoseconds / 1_000;
}
