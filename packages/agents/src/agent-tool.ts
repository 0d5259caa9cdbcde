import type { Effect } from '@clawhold/spec';

/** A tool as the loop offers it to a model. */
export interface AgentTool {
  /** Dotted, for example `file.read`. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema (2020-12) of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What a call with these arguments would do to the world. */
  readonly effectOf: (values: Readonly<Record<string, unknown>>) => Effect;
}
