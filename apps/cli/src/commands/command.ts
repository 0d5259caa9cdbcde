import type { Command } from 'commander';
import type { Output } from '../terminal/output.ts';

/** What every command gets besides its own arguments. */
export interface Session {
  readonly output: Output;
  /** Whether a person can be asked: stdin and stdout are a terminal. */
  readonly person: boolean;
}

/** Adds a command to the program. Each lies in a file of its own. */
export type AddCommand = (program: Command, session: () => Session) => void;
