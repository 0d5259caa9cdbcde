import { z } from 'zod';
import { filled } from './list.ts';

/** Without a label everything is `internal`; a document only raises. */
export const raisedConfidentiality = z.literal('secret');

/** What detectors recognise in the result of a tool, and a document can call secret. */
export const labelledContents = ['credentials', 'pii'] as const;
export type LabelledContent = (typeof labelledContents)[number];

const fileLabelSchema = z
  .strictObject({
    /** A glob relative to the task folder. */
    path: z.string(),
    /** Strangers wrote these files. Default: `local`. */
    integrity: z.literal('external').optional(),
    confidentiality: raisedConfidentiality.optional(),
  })
  .refine(({ integrity, confidentiality }) => integrity !== undefined || confidentiality !== undefined, {
    message: 'a label of files says `integrity: external`, `confidentiality: secret`, or both',
  });

/** What documents know about data: who wrote it, and who may see it. */
export const labelsSchema = z.strictObject({
  files: filled(fileLabelSchema).optional(),
  /** What these tools answer is secret. */
  tools: filled(z.strictObject({ match: z.string(), confidentiality: raisedConfidentiality })).optional(),
  /** Whatever result of a tool holds one of these is secret. */
  contents: filled(
    z.strictObject({ found: z.enum(labelledContents), confidentiality: raisedConfidentiality }),
  ).optional(),
});
