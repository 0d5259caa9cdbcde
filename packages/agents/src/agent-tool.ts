import type { Effect } from '@clawhold/spec';

/** A tool as the loop offers it to a model. */
export interface AgentTool {
  /** Dotted, for example `file.read`. */
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  /** JSON Schema (2020-12) of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The name on the model's wire: providers allow letters, digits, `_` and `-` only. */
export function wireName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_');
}
