import { z } from 'zod';

/**
 * What a call does to the world: `read` changes nothing; `reversible` is taken back with the checkpoint of the task
 * folder; `compensable` has an inverse that can be called; `irreversible` has none.
 */
export const effects = ['read', 'reversible', 'compensable', 'irreversible'] as const;
export type Effect = (typeof effects)[number];

/** What a parameter decides: where something goes, what goes there, or neither. */
export const parameterRoles = ['destination', 'content', 'plain'] as const;
export type ParameterRole = (typeof parameterRoles)[number];

/** How an effect is taken back: by the checkpoint of files, by calling another operation, or not at all. */
export const inverseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('checkpoint') }),
  z.object({ kind: z.literal('call'), tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('none') }),
]);
export type Inverse = z.infer<typeof inverseSchema>;

/** The tools of the built-in agent. They run inside a sandbox: of the task's files, or of the browser beside it. */
export const builtInToolNames = [
  'shell.exec',
  'file.read',
  'file.write',
  'file.edit',
  'file.list',
  'file.search',
  'http.fetch',
  'browser.open',
  'browser.read',
  'browser.back',
  'browser.click',
  'browser.type',
  'browser.select',
  'browser.press',
  'browser.upload',
  'browser.download',
] as const;
export type BuiltInToolName = (typeof builtInToolNames)[number];

export const toolCallSchema = z.object({
  /** The provider's id of the call; unique in its turn. */
  id: z.string(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
});
export type ToolCall = z.infer<typeof toolCallSchema>;
