import { z } from 'zod';
import { fileChangeSchema } from './file-change.ts';
import { id } from './ids.ts';

/** How an agent is called: as its files in the configuration. */
export const agentNameSchema: z.ZodString = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and hyphens');

/** What one run changed of what an agent keeps: who it is, what it remembers, its state. */
export const agentChangeSchema = z.object({
  run: id('run'),
  time: z.iso.datetime(),
  files: z.array(
    z.object({
      /** From the agent's state on. */
      path: z.string(),
      change: fileChangeSchema.shape.change,
      /** The text before and after; null where there is none, or it is no text, too long, or no file of the workspace. */
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
});
export type AgentChange = z.infer<typeof agentChangeSchema>;

/** What an agent kept at a time, to go back to. */
export const agentSnapshotSchema = z.object({
  /** Of one agent, from 1 on. */
  number: z.number().int().positive(),
  time: z.iso.datetime(),
  why: z.enum(['asked', 'before an upgrade', 'before a restoration']),
  files: z.number().int(),
  bytes: z.number().int(),
});
export type AgentSnapshot = z.infer<typeof agentSnapshotSchema>;
