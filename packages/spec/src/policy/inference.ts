import { z } from 'zod';
import { filled } from './list.ts';

/** What may be taken out of a request to a model before it leaves. */
export const redactions = ['pii', 'secrets'] as const;
export type Redaction = (typeof redactions)[number];

/** US dollars for a million tokens. */
const modelPriceSchema = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() });
export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** A model server that has no public address. */
const modelServerSchema = z.strictObject({
  /** The host of its base URL, exactly: a name or an address. */
  host: z.string(),
  port: z.number().int().min(1).max(65_535),
  /** Every address that the name may have; another one is refused. Default: the host itself, when it is an address. */
  addresses: z.array(z.string()).min(1).optional(),
});
export type ModelServer = z.infer<typeof modelServerSchema>;

export const inferenceSchema = z.strictObject({
  /** Globs over `provider/model`. Default: every model that the installation offers. */
  models: filled(z.string()).optional(),
  /** What a provider may do by itself. Default: nothing; an empty list in a ceiling says that to everyone. */
  features: z.array(z.enum(['hosted_tool', 'remote_url', 'server_state'])).optional(),
  /**
   * What models cost, by `provider/model` or a glob over it; a name goes before a glob, then the dearest counts. Only a
   * ceiling may hold these. A remote model without a price is refused under a `cost` budget; local ones cost nothing.
   */
  prices: z.record(z.string(), modelPriceSchema).optional(),
  /** Model servers on private networks. Only a ceiling may hold these, and only the model door dials them. */
  servers: z.array(modelServerSchema).optional(),
  /**
   * Where a request goes: the first route whose `when`, a CEL expression over `labels`, is true; a route without `when`
   * takes all. `use` is `default` (the model that was asked for), `local`, or a model as `provider/model`.
   */
  routes: filled(z.strictObject({ when: z.string().optional(), use: z.string() })).optional(),
  redact: filled(z.enum(redactions)).optional(),
});
