import { z } from 'zod';
import { effects } from '../tool.ts';
import { duration } from './units.ts';

/** A rule about tool calls, the agent's own and those seen in model traffic. First match of the strictest kind wins. */
export const toolRuleSchema = z.strictObject({
  /** A glob over tool names; the dot is no delimiter. */
  match: z.string(),
  /** Default `allow`. */
  decision: z.enum(['allow', 'ask', 'deny']).optional(),
  effect: z.enum(effects).optional(),
  /** A CEL expression over `args` and, for commands, `command.effective`. Without an answer the decision is deny. */
  where: z.string().optional(),
  /** More than `max` calls in `per` lead to `then`. */
  burst: z
    .strictObject({
      max: z.number().int().positive(),
      per: duration,
      // biome-ignore lint/suspicious/noThenProperty: the language's own word; its value is a string, nothing awaits it
      then: z.enum(['ask', 'deny']), // oxlint-disable-line unicorn/no-thenable
    })
    .optional(),
});
export type ToolRule = z.infer<typeof toolRuleSchema>;
