import { z } from 'zod';
import { digestSchema } from './decision.ts';

/** How a skill of an agent is called: as its folder. */
export const skillNameSchema: z.ZodString = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, hyphens and underscores');

/** Instructions, and perhaps scripts, that an agent would follow. They reach it when a person released them. */
export const agentSkillSchema = z.object({
  skill: skillNameSchema,
  /** `changed`: a person released it, and its files are others since, so it is held back. */
  state: z.enum(['held', 'released', 'changed']),
  /** What it says that it is for; '' when it does not say it. */
  description: z.string(),
  /** Of its files: their paths, whether they are programs, and their bytes. A release is of these. */
  digest: digestSchema,
  files: z.array(
    z.object({
      /** From its folder on. */
      path: z.string(),
      bytes: z.number().int(),
      isProgram: z.boolean(),
    }),
  ),
});
export type AgentSkill = z.infer<typeof agentSkillSchema>;

/** A skill with what a person reads before releasing it. */
export const readSkillSchema = agentSkillSchema.extend({
  texts: z.array(
    z.object({
      path: z.string(),
      /** Null for what is no text, or longer than a person reads. */
      text: z.string().nullable(),
    }),
  ),
});
export type ReadSkill = z.infer<typeof readSkillSchema>;
