import { z } from 'zod';
import { digestSchema } from './decision.ts';
import { id } from './ids.ts';
import { effects, inverseSchema } from './tool.ts';

/**
 * The canonical action: everything that makes this effect this effect and no other. A person approves the rendering of
 * exactly these bytes, and the supervisor computes the digest again from what it is about to do
 * (architecture.md, "Approvals, keep and undo").
 */
export const canonicalActionSchema = z.strictObject({
  version: z.literal(1),
  install: id('install'),
  run: id('run'),
  step: id('step'),
  /** 128 random bits, hexadecimal, drawn when the question is put. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  effect: z.enum(effects),
  inverse: inverseSchema,
  /** The command that will run in the sandbox, argument by argument; null when none does. */
  command: z.array(z.string()).nullable(),
  /** The one request that may leave for it; null when none does. */
  request: z
    .strictObject({
      method: z.string(),
      /** Normalised, as it will be sent. */
      url: z.string(),
      /** Lower-case names, sorted; only those that are approved with it. */
      headers: z.array(z.tuple([z.string(), z.string()])),
      bodyDigest: digestSchema,
      /** The body as text when it is valid UTF-8 of at most 16 KiB, else null. */
      body: z.string().nullable(),
      /** `address:port` that will be dialled, or `service:<name>`. */
      address: z.string(),
    })
    .nullable(),
  policy: digestSchema,
  /** Digest of the task folder's changes when the question was put. */
  checkpoint: z.string(),
  expires: z.iso.datetime(),
});
export type CanonicalAction = z.infer<typeof canonicalActionSchema>;
