import type { Identity } from '../hooks.ts';
import { isObject } from '../inspection/content.ts';
import { lookAlikes } from '../inspection/exact-keys.ts';
import type { PinList, ToolDescription, ToolPins } from './tool-pins.ts';

/** Everything that is compared. Icons and `_meta` are read by programs, not by models. */
const comparedKeys = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const;

const hasLookAlike = lookAlikes(...comparedKeys);

/** Whose list it is. */
export interface ListedFor {
  readonly identity: Identity;
  readonly endpoint: string;
  readonly pins: ToolPins;
  readonly list: PinList;
}

/**
 * Takes out of a list of tools (MCP 2025-11-25, tools, "Listing Tools") those that nobody may see. One that has no name, or
 * a key that some program takes for one of those that are compared, could not be compared, and goes too.
 */
export async function withoutWithheld(tools: readonly unknown[], listed: ListedFor): Promise<readonly unknown[]> {
  const described = tools.map(describe);
  const known = described.filter((one) => one !== undefined);
  const withheld = await listed.pins.compare(listed.identity, listed.endpoint, known, listed.list);
  return tools.filter((_, index) => {
    const name = described[index]?.name;
    return name !== undefined && !withheld.has(name);
  });
}

function describe(tool: unknown): ToolDescription | undefined {
  if (!isObject(tool) || hasLookAlike(tool) || typeof tool['name'] !== 'string') return undefined;
  const { name } = tool;
  const stated = comparedKeys.filter((key) => tool[key] !== undefined);
  return { ...Object.fromEntries(stated.map((key) => [key, tool[key]])), name };
}
