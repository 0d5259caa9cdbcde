import { type BuiltInToolName, builtInToolNames, type ToolCall } from '@clawhold/spec';
import { z } from 'zod';

/**
 * That a tool of an agent's own does what one of the platform's does, so that one rule of a policy holds for both; or that
 * it touches nothing but the `conversation`. It says which rule is asked, and opens nothing: what the tool then does meets
 * sandbox and proxy like everything else.
 */
export interface ToolMeaning {
  readonly is: BuiltInToolName | 'conversation';
  /** Names of arguments: ours, and the agent's for it. Empty: they have the same names. */
  readonly arguments: Readonly<Record<string, string>>;
}

export const toolMeaningSchema: z.ZodType<ToolMeaning> = z.strictObject({
  is: z.enum([...builtInToolNames, 'conversation']),
  arguments: z.record(z.string(), z.string()).default({}),
});

/** A call in the platform's words. */
export type MeantCall =
  | { readonly kind: 'tool'; readonly tool: BuiltInToolName; readonly arguments: ToolCall['arguments'] }
  | { readonly kind: 'conversation' }
  /** Nobody said what it means. */
  | { readonly kind: 'unknown' };

export function meaningOf(
  call: Pick<ToolCall, 'tool' | 'arguments'>,
  meanings: Readonly<Record<string, ToolMeaning>>,
): MeantCall {
  const meaning = Object.hasOwn(meanings, call.tool) ? meanings[call.tool] : undefined;
  if (meaning === undefined) return { kind: 'unknown' };
  if (meaning.is === 'conversation') return { kind: 'conversation' };
  const names = Object.entries(meaning.arguments);
  if (names.length === 0) return { kind: 'tool', tool: meaning.is, arguments: call.arguments };
  const known = names.filter(([, theirs]) => Object.hasOwn(call.arguments, theirs));
  const values = Object.fromEntries(known.map(([ours, theirs]) => [ours, call.arguments[theirs]]));
  return { kind: 'tool', tool: meaning.is, arguments: values };
}
