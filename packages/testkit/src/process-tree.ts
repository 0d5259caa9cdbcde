import { readdirSync, readFileSync } from 'node:fs';
import { processStart } from '@clawhold/spec';

/** A process as proc(5) shows it. Ids are reused, so it is its id and its start time together. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Ticks since the machine started. */
  readonly startTime: string;
  readonly command: string;
}

function read(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, parent] = fields;
    if (state === 'Z' || state === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(parent), startTime: processStart(stat), command };
  } catch {
    return undefined; // it ended while we looked
  }
}

/** A process and everything below it that is alive now, parents first. Zombies count as ended. */
export function processTree(root: number): readonly ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const below = (parent: number): readonly ProcessFacts[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

/** Those of them that have not ended. */
export function stillAlive(processes: readonly ProcessFacts[]): readonly ProcessFacts[] {
  return processes.filter(({ pid, startTime }) => read(pid)?.startTime === startTime);
}
