import { z } from 'zod';
import { id } from './ids.ts';

/** Begins with a letter, so that it is never taken for a number. */
export const checkpointNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, 'a name begins with a letter and has letters, digits, ".", "_" and "-"');

/** A moment of a run's files to which its view can go back. */
export const checkpointSchema = z.object({
  /** Counts from 1 in each run. */
  number: z.number().int().positive(),
  name: checkpointNameSchema.nullable(),
  time: z.iso.datetime(),
  /** The step before which it was taken by itself; null when a person asked for it, or went back to another one. */
  step: id('step').nullable(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** A checkpoint by its number or its name. */
export const checkpointReferenceSchema = z.union([
  z.string().regex(/^[1-9][0-9]{0,8}$/, 'a checkpoint is named by its number or its name'),
  checkpointNameSchema,
]);
