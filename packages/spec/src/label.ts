import { z } from 'zod';

/**
 * Who could have written a value, best first: `user`, the person's own words; `local`, the task folder and company
 * systems; `external`, anything a stranger could have written.
 */
export const integrityLevels = ['user', 'local', 'external'] as const;
export type Integrity = (typeof integrityLevels)[number];

/** Who may see a value, least guarded first. */
export const confidentialityLevels = ['public', 'internal', 'secret'] as const;
export type Confidentiality = (typeof confidentialityLevels)[number];

/** Where a value was seen, so that a reason can name it. */
export const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person') }),
  z.object({ kind: z.literal('file'), path: z.string() }),
  z.object({ kind: z.literal('host'), host: z.string() }),
  z.object({ kind: z.literal('command'), tool: z.string() }),
  z.object({ kind: z.literal('model') }),
]);
export type Source = z.infer<typeof sourceSchema>;

/** What travels with a value. `readers: null` means anyone inside the team may read it. */
export const labelSchema = z.object({
  integrity: z.enum(integrityLevels),
  confidentiality: z.enum(confidentialityLevels),
  readers: z.array(z.string()).nullable(),
  sources: z.array(sourceSchema),
});
export type Label = z.infer<typeof labelSchema>;
