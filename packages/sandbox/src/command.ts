/** A program to run in a sandbox. */
export interface Command {
  /** Program and arguments. The program is looked up in the environment's PATH unless it has a slash. */
  readonly arguments: readonly [string, ...string[]];
  /** Default: `/task`. */
  readonly folder?: string;
  /** Added to the sandbox's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. Default: empty. */
  readonly input?: Uint8Array | string;
  /** Keep standard input open for {@link RunningCommand.write}. Default: false. */
  readonly interactive?: boolean;
  /** The program is killed when it has written this many bytes. Default: no limit. */
  readonly outputLimitBytes?: number;
  /** The program is killed after this long, by the launcher; while the sandbox is frozen it does not count. Default: no limit. */
  readonly timeoutMilliseconds?: number;
  /** Output that `run` keeps, of each stream. Default: the platform's `commandOutputBytes`. */
  readonly keepBytes?: number;
}

/** How a command ended, seen from outside the sandbox. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | {
      readonly kind: 'killed';
      readonly signal: NodeJS.Signals | number;
      /** Why the platform killed it; `undefined` when something else did. */
      readonly reason: 'output-limit' | 'timeout' | undefined;
    }
  /** It never ran: `error` is the name of the system's error, such as ENOENT or EACCES. */
  | { readonly kind: 'not-run'; readonly error: string };

/** A piece of output. */
export interface CommandOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/**
 * A command on its way. Iterate over it to take its output, once: a program whose output nobody takes waits at its pipe
 * after 256 KiB. Leaving the loop early lets the rest of the output go.
 */
export interface RunningCommand extends AsyncIterable<CommandOutput> {
  /** Settles after the output was taken; rejects when the sandbox or the launcher refused the command. */
  readonly end: Promise<CommandEnd>;
  /** Writes to standard input; settles when the program's pipe has taken it, or nobody reads it any more. */
  write(bytes: Uint8Array | string): Promise<void>;
  closeInput(): void;
  /** Signals the command's whole process group. Default: SIGKILL. */
  kill(signal?: NodeJS.Signals): void;
}

/** A finished command with its output. */
export interface CommandResult {
  readonly end: CommandEnd;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Bytes that were cut out of the middle of each stream. */
  readonly missing: { readonly stdout: number; readonly stderr: number };
}
