import type { Run } from '@clawhold/client';

/** What the status of the command says to scripts. */
export const exitCodes = {
  done: 0,
  /** What was asked could not be done, or the run failed or was stopped by somebody else. */
  failed: 1,
  /** Clawhold is not running, as init scripts have it. */
  notRunning: 3,
  /** The run finished, but not everything that was asked is met, or nobody checked it. */
  notMet: 4,
  /** Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;

/** Stands beneath the help. */
export const exitCodesHelp: string = `
Exit status:
  0    done
  1    refused or failed; the run did not finish
  3    Clawhold is not running (status)
  4    finished, but not everything that was asked is met, or it was not checked
  130  stopped with Ctrl-C`;

/** The status of a command that waited for a run. */
export function exitCodeOf({ state, selfCheck }: Pick<Run, 'state' | 'selfCheck'>): number {
  if (state !== 'finished') return exitCodes.failed;
  return selfCheck === 'met' || selfCheck === null ? exitCodes.done : exitCodes.notMet;
}
