import { z } from 'zod';
import { digestSchema } from './decision.ts';
import { shellWord } from './shell-word.ts';

/** What a server of MCP said of a tool, as it is compared: its name, title, description, schemas and annotations. */
const statedSchema = z.object({
  /** SHA-256 of the description as RFC 8785 JSON. */
  digest: digestSchema,
  description: z.record(z.string(), z.unknown()),
  /** When it was said first, or accepted. */
  since: z.iso.datetime(),
});
export type StatedDescription = z.infer<typeof statedSchema>;

/** What an installation knows of one tool of one server (`pin_tool_descriptions`). At least one of the two is there. */
export const toolPinSchema = z.object({
  /** The description that agents may see. Null: none yet. */
  pinned: statedSchema.extend({ by: z.enum(['first sight', 'operator']) }).nullable(),
  /** Another one, that the server said last. While it waits for an operator, nobody may see or call the tool. */
  waiting: statedSchema.nullable(),
});
export type ToolPin = z.infer<typeof toolPinSchema>;

/** Which tool: scheme and host of its server with the path, or the pattern of paths, of the policy's endpoint; and its name there. */
export const pinnedToolSchema = z.object({ endpoint: z.string().max(4_096), tool: z.string().max(128) });
export type PinnedTool = z.infer<typeof pinnedToolSchema>;

/** What a person types about a tool; the names are a stranger's. */
export function pinCommand(verb: 'show' | 'accept' | 'forget', { endpoint, tool }: PinnedTool): string {
  return `clawhold policy pins ${verb} ${shellWord(endpoint)} ${shellWord(tool)}`;
}

/** One line of a list of pins. */
export const toolPinEntrySchema = pinnedToolSchema.extend({
  pinned: digestSchema.nullable(),
  waiting: digestSchema.nullable(),
});
export type ToolPinEntry = z.infer<typeof toolPinEntrySchema>;
