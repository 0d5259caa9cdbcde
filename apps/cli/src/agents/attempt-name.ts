import { readFileSync } from 'node:fs';
import { processStart } from '@clawhold/spec/process-start';

const shape = /^attempt-(\d+)-(\d+)$/;

/** A name for what this process does, that no other process has, now or later. */
export function ownProcess(): string {
  return `attempt-${process.pid}-${startOf(process.pid)}`;
}

/** Whether it is the name of a process's work, and that process is gone. */
export function hasEnded(name: string): boolean {
  const [, pid, start] = shape.exec(name) ?? [];
  return pid !== undefined && startOf(Number(pid)) !== start;
}

function startOf(pid: number): string {
  try {
    return processStart(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return '';
  }
}
