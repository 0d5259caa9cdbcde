import { type BuiltInToolName, builtInToolNames, type ToolCall } from '@clawhold/spec';
import { z } from 'zod';
import { memberOf } from './printed-event.ts';

/**
 * That a tool of an agent's own does what one of the platform's does, so that one rule of a policy holds for both; or that
 * it touches nothing but the `conversation`. It says which rule is asked, and opens nothing: what the tool then does meets
 * sandbox and proxy like everything else.
 */
export interface ToolMeaning {
  readonly is: BuiltInToolName | 'conversation';
  /**
   * Names of arguments: ours, and the agent's for it. Empty: they have the same names. `list.*.member` is the text of that
   * member of each item, one below the other.
   */
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
  const known = names.map(([ours, theirs]) => [ours, argumentOf(call.arguments, theirs)] as const);
  const values = Object.fromEntries(known.filter(([, value]) => value !== undefined));
  return { kind: 'tool', tool: meaning.is, arguments: values };
}

/** Undefined unless it is all there: a call that is not understood whole is not explained. */
function argumentOf(values: ToolCall['arguments'], name: string): unknown {
  const [list = '', member] = name.split('.*.');
  const found = Object.hasOwn(values, list) ? values[list] : undefined;
  if (member === undefined || !Array.isArray(found)) return member === undefined ? found : undefined;
  const texts = found.map((item: unknown) => memberOf(item)[member]);
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : undefined;
}
