import type { CallingProgram, Connection } from '@clawhold/egress';
import type { Holder, Sandbox } from '@clawhold/sandbox';
import { inTurn } from '../order/in-turn.ts';

/** Finds the program behind a connection of one sandbox. */
export interface Callers {
  /** Undefined when nobody in particular holds it. */
  find(connection: Connection): Promise<CallingProgram | undefined>;
}

/** One question after the other: a sandbox with many connections waits for itself, and for no other one. */
export function createCallers(sandbox: Pick<Sandbox, 'holders'>): Callers {
  const turn = inTurn();
  return { find: (connection) => turn(async () => programOf(await sandbox.holders(connection))) };
}

/**
 * A connection is often held by several processes for a moment, between fork and exec. As long as they are one program
 * that program calls; when they are several it is nobody, because any of them may write. What all of them descend from
 * are their ancestors.
 */
export function programOf(holders: readonly Holder[]): CallingProgram | undefined {
  const [first, ...others] = holders;
  if (first?.executable === undefined) return undefined;
  if (others.some(({ executable }) => executable !== first.executable)) return undefined;
  const isShared = (path: string): boolean => others.every(({ ancestors }) => ancestors.includes(path));
  return { executable: first.executable, ancestors: first.ancestors.filter(isShared) };
}
