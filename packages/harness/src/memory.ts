/**
 * What an agent that works whole in the sandbox of a run may keep for the next one: its conversation, and what it remembers.
 * Never what a program takes orders from before its model is asked anything: settings, hooks, plugins, commands, sign-ins.
 */
export interface Memory {
  /** Where the agent has it, in the sandbox of its run. It begins with what was kept. */
  readonly folder: string;
  /** Names in that folder below which is what is kept; of nothing else a byte is looked at. */
  readonly names: readonly [string, ...string[]];
  /** Which of the files below those names are kept, by their path from the folder on. All others die with the run. */
  readonly kept: RegExp;
  /** Run there after the program and before anything is taken: what it left in pieces is whole then. Default: nothing. */
  readonly settle?: readonly [string, ...string[]];
}

/** Everything that a program puts into one folder, for one that is told where that is. */
export const ownMemory: Memory = { folder: '/tmp/memory', names: ['.'], kept: /^/ };
/** Where it is told so. */
export const memoryVariable = 'CLAWHOLD_MEMORY';

/** `place first again command`: the words for a first time, or for a further one, come behind the command. */
const script = `place=$1 words=$2
[ -e "$place" ] && words=$3
shift 3
exec "$@" $words`;

/** What a program is told besides, and whether it has something to go on with decides. */
export interface Continuing {
  /** What is there when it has. */
  readonly place: string;
  /** Words without blanks, behind its other arguments. */
  readonly first: string;
  readonly again: string;
}

/** The command, which goes on where the agent was when that is there. */
export function continuing(
  { place, first, again }: Continuing,
  command: readonly string[],
): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', script, 'clawhold', place, first, again, ...command];
}
