import { z } from 'zod';
import { endpointCredentialShape } from './endpoint-credential.ts';
import { endpointProtocolShape, endpointProtocols } from './endpoint-protocol.ts';
import { endpointRuleSchema } from './endpoint-rule.ts';
import { raisedConfidentiality } from './labels.ts';
import { filled } from './list.ts';
import { targetSchema } from './target.ts';
import { byteCount } from './units.ts';

export const accessPresets = ['read-only', 'read-write', 'full'] as const;

/** What must not leave with a request, or come back: labels of data, and what detectors recognise. */
export const forbiddenContents = ['internal', 'secret', 'pii', 'credentials'] as const;
export type ForbiddenContent = (typeof forbiddenContents)[number];

const port = z.number().int().min(1).max(65_535);

export const endpointSchema = z.strictObject({
  /** A host name or glob (`*.example.com` one label, `**.example.com` one or more), or an address literal. */
  host: z.string({ error: 'an endpoint names its host' }),
  port: port.optional(),
  ports: filled(port).optional(),
  /** A glob; of the endpoints of a host the one with the most specific path decides about a request. Default: every path. */
  path: z.string().optional(),
  /** Default: `rest` with rules, `tcp` without. */
  protocol: z.enum(endpointProtocols).optional(),
  /** `terminate` and `skip` override what the rules need; `skip` together with rules is an error. `passthrough` is nothing. */
  tls: z.enum(['terminate', 'skip', 'passthrough']).optional(),
  /** `audit` loads as `enforce`. */
  enforcement: z.enum(['enforce', 'audit']).optional(),
  access: z.enum(accessPresets).optional(),
  rules: filled(endpointRuleSchema).optional(),
  deny_rules: filled(targetSchema).optional(),
  /** Addresses and CIDR blocks; the host must resolve to these. They narrow, and never open a private address. */
  allowed_ips: filled(z.string()).optional(),
  /** `%2F` may stand in a path, as three ordinary characters. Default false. */
  allow_encoded_slash: z.boolean().optional(),
  request: z
    .strictObject({ max_bytes: byteCount.optional(), forbid: filled(z.enum(forbiddenContents)).optional() })
    .optional(),
  response: z
    .strictObject({
      max_bytes: byteCount.optional(),
      label: z.enum(['local', 'external']).optional(),
      /** What comes back is secret. Default: `internal`. */
      confidentiality: raisedConfidentiality.optional(),
      /** Globs over media types without parameters: `application/json`, `text/*`. */
      content_types: filled(z.string()).optional(),
      forbid: filled(z.enum(forbiddenContents)).optional(),
    })
    .optional(),
  ...endpointProtocolShape,
  ...endpointCredentialShape,
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const networkPolicySchema = z.strictObject({
  name: z.string().optional(),
  endpoints: filled(endpointSchema),
  /** Globs over the executable of the caller and its ancestors. Without: every caller. */
  binaries: filled(
    z.strictObject({
      path: z.string(),
      /** OpenShell's, deprecated there and without meaning here. */
      harness: z.boolean().optional(),
    }),
  ).optional(),
});
export type NetworkPolicy = z.infer<typeof networkPolicySchema>;
