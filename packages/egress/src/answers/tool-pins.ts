import type { Identity } from '../hooks.ts';
import { type Target, writeHostField } from '../target/target.ts';

/** How a tool is described to a model, as a server said it: whatever of it a model or a person may go by. */
export interface ToolDescription {
  readonly name: string;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

/** Whether a description that was never seen is pinned (`open`), or waits for an operator (`closed`). */
export type PinList = 'open' | 'closed';

/** How the tools of a server are pinned. */
export interface PinTerms {
  readonly list: PinList;
  /** The pattern of the policy's endpoint. */
  readonly path: string;
}

/**
 * Under which name the tools of a server are pinned: that of the policy's endpoint, so that a server which says another
 * thing at another path of it says another thing.
 */
export function pinnedEndpoint(target: Target, { path }: PinTerms): string {
  return `${target.scheme}://${writeHostField(target)}${path}`;
}

/** The descriptions of tools that an installation trusts (`pin_tool_descriptions`). */
export interface ToolPins {
  /**
   * Compares a list as a server sent it with what is pinned, and pins what is new where the list of pins is open. Settles
   * when that is durable.
   *
   * @param endpoint see {@link pinnedEndpoint}: `https://tools.example.com/mcp`.
   * @returns the names of those that nobody may see or call.
   */
  compare(
    identity: Identity,
    endpoint: string,
    tools: readonly ToolDescription[],
    list: PinList,
  ): Promise<ReadonlySet<string>>;
  /** Whether calls of a tool are refused until an operator accepted its description. */
  isWithheld(endpoint: string, tool: string, list: PinList): boolean;
}

/** Trusts whatever is said. */
export const emptyPins: ToolPins = Object.freeze({
  compare: () => Promise.resolve(new Set<string>()),
  isWithheld: () => false,
});
