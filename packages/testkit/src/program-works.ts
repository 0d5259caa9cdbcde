import { spawnSync } from 'node:child_process';

/** Whether this machine has a program, and it says yes to these words: `programWorks('curl', '--version')`. */
export function programWorks(program: string, ...words: readonly string[]): boolean {
  return spawnSync(program, words).status === 0;
}
