import { type BuiltInToolName, builtInToolNames, type ToolCall } from '@clawhold/spec';
import { z } from 'zod';

/**
 * That a tool of an agent's own does what one of the platform's does, so that one rule of a policy holds for both. It
 * says which rule is asked, and opens nothing: what the tool then does meets sandbox and proxy like everything else.
 */
export interface ToolMeaning {
  readonly is: BuiltInToolName;
  /** Names of arguments: ours, and the agent's for it. Empty: they have the same names. */
  readonly arguments: Readonly<Record<string, string>>;
}

export const toolMeaningSchema: z.ZodType<ToolMeaning> = z.strictObject({
  is: z.enum(builtInToolNames),
  arguments: z.record(z.string(), z.string()).default({}),
});

/** A call in the platform's words; undefined when nobody said what it means. */
export function meaningOf(
  call: Pick<ToolCall, 'tool' | 'arguments'>,
  meanings: Readonly<Record<string, ToolMeaning>>,
): Pick<ToolCall, 'tool' | 'arguments'> | undefined {
  const meaning = Object.hasOwn(meanings, call.tool) ? meanings[call.tool] : undefined;
  if (meaning === undefined) return undefined;
  const names = Object.entries(meaning.arguments);
  if (names.length === 0) return { tool: meaning.is, arguments: call.arguments };
  const known = names.filter(([, theirs]) => Object.hasOwn(call.arguments, theirs));
  return {
    tool: meaning.is,
    arguments: Object.fromEntries(known.map(([ours, theirs]) => [ours, call.arguments[theirs]])),
  };
}
