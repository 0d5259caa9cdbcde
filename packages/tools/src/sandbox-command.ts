/** A command for the sandbox, with `/task` as its folder. Fits the `Command` of `packages/sandbox`. */
export interface SandboxCommand {
  /** Program and arguments; values of the model stand alone in an argument or in `input`, never inside a script. */
  readonly arguments: readonly [string, ...string[]];
  readonly input: string;
  readonly timeoutMilliseconds: number;
  /** Output to keep, of each stream; the rest is cut out of the middle. */
  readonly keepBytes: number;
}

/** How it ended. Fits the `CommandResult` of `packages/sandbox`. */
export interface CommandResult {
  readonly end:
    | { readonly kind: 'exited'; readonly status: number }
    | {
        readonly kind: 'killed';
        readonly signal: string | number;
        readonly reason: 'output-limit' | 'timeout' | undefined;
      }
    | { readonly kind: 'not-run'; readonly error: string };
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Bytes that were cut out of the middle of each stream. */
  readonly missing: { readonly stdout: number; readonly stderr: number };
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** Why a command did not do what was asked, in one sentence; undefined when it did. */
export function failureOf(result: CommandResult): string | undefined {
  const { end } = result;
  switch (end.kind) {
    case 'exited':
      if (end.status === 0) return undefined;
      return textOf(result.stderr).trim() || `The tool ended with status ${end.status}.`;
    case 'killed':
      if (end.reason === 'timeout') return 'It took too long and was ended.';
      if (end.reason === 'output-limit') return 'It wrote too much and was ended.';
      return `It was ended by ${end.signal}; the sandbox may be out of memory.`;
    case 'not-run':
      return `It could not be started: ${end.error}.`;
    default:
      return end satisfies never;
  }
}
