import { z } from '../http/openapi.ts';

const hunk = z.object({
  oldStart: z.number(),
  oldLines: z.number(),
  newStart: z.number(),
  newLines: z.number(),
  lines: z.array(z.string()),
});

/** The two sides of a file as {@link diffContent} compares them, in the API's words. */
export const contentDiff = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), hunks: z.array(hunk), cut: z.boolean() }),
    z.object({ kind: z.literal('binary') }),
  ])
  .openapi('ContentDiff');
