import { z } from 'zod';
import { id } from './ids.ts';

/** Which file: its task folder, and its path in there. */
export const secretFileNameSchema = z.object({ folder: z.string().max(4_096), path: z.string().max(4_096) });
export type SecretFileName = z.infer<typeof secretFileNameSchema>;

/** A file that a run wrote with secret data in it and a person kept: secret for every later run too. */
export const secretFileSchema = secretFileNameSchema.extend({ run: id('run'), since: z.iso.datetime() });
export type SecretFile = z.infer<typeof secretFileSchema>;
