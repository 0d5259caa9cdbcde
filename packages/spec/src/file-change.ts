import { z } from 'zod';
import { digestSchema } from './decision.ts';

/** One difference between the task folder and a run's view of it. */
export const fileChangeSchema = z.object({
  /** Relative to the task folder, `/`-separated. `pathEncoding: base64` when the name is not valid UTF-8. */
  path: z.string(),
  pathEncoding: z.enum(['utf-8', 'base64']),
  change: z.enum(['added', 'modified', 'deleted', 'type-changed', 'mode-changed']),
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  /** Permission bits after the change; null when deleted. */
  mode: z.number().int().nullable(),
  /** Bytes after the change; null for what is no file. */
  size: z.number().int().nullable(),
  target: z.string().nullable(),
  /** Of an added file: where the only file with the same content was deleted. Then it was moved or renamed. */
  movedFrom: z.string().optional(),
  digestBefore: digestSchema.nullable(),
  digestAfter: digestSchema.nullable(),
  /** Why it cannot be kept, or null. */
  refused: z.string().nullable(),
  /** The person's own tools would execute it (hooks, scripts, CI, Makefiles). Listed first. */
  executable: z.boolean(),
  /** Those tools do so without being asked to, so it is kept only when it is chosen by its path; absent: with all others. */
  onlyByPath: z.literal(true).optional(),
});
export type FileChange = z.infer<typeof fileChangeSchema>;

/** What became of one path when changes were kept or taken back. */
export const fileOutcomeSchema = z.object({
  path: z.string(),
  outcome: z.enum(['applied', 'conflict', 'refused']),
  explanation: z.string().nullable(),
});
export type FileOutcome = z.infer<typeof fileOutcomeSchema>;
