import { z } from 'zod';
import { integrityLevels } from '../label.ts';
import { effects } from '../tool.ts';
import { byteCount, duration, money, quantity } from './units.ts';

/**
 * The policy language (policy.md), the part of it that decides today. A document for OpenShell's schema `version: 1`
 * is one of ours; sections that this version does not enforce are refused by name instead of being ignored.
 */

const methodAndPath = z.strictObject({
  /** An HTTP method, or `*`. */
  method: z.string(),
  /** A glob over the normalised path: `*` within a segment, `**` across segments. */
  path: z.string(),
});

/** A rule of a `rest` endpoint: exactly one of `allow` and `ask`. */
export const endpointRuleSchema = z
  .strictObject({
    allow: methodAndPath.optional(),
    ask: methodAndPath.optional(),
    /** Default: `read` for GET, HEAD and OPTIONS, `irreversible` for every other method. */
    effect: z.enum(effects).optional(),
    /** JSON pointers (RFC 6901) into the request body, or `query:<key>`: values that choose where something goes. */
    destination: z.array(z.string()).optional(),
    /** The operation that takes this one back; makes it `compensable`. */
    inverse: methodAndPath.optional(),
  })
  .refine((rule) => (rule.allow === undefined) !== (rule.ask === undefined), {
    message: 'a rule has exactly one of "allow" and "ask"',
  });
export type EndpointRule = z.infer<typeof endpointRuleSchema>;

export const accessPresets = ['read-only', 'read-write', 'full'] as const;

export const endpointSchema = z.strictObject({
  /** A host name or glob (`*.example.com` one label, `**.example.com` one or more), or an address literal. */
  host: z.string(),
  port: z.number().int().min(1).max(65_535).optional(),
  ports: z.array(z.number().int().min(1).max(65_535)).optional(),
  /** `rest` reads method and path (and terminates TLS for it); `tcp` lets bytes through unread. Default `tcp` without rules. */
  protocol: z.enum(['rest', 'tcp']).optional(),
  /** `terminate` and `skip` override what the rules need; `skip` together with rules is an error. */
  tls: z.enum(['terminate', 'skip']).optional(),
  enforcement: z.enum(['enforce', 'audit']).optional(),
  access: z.enum(accessPresets).optional(),
  rules: z.array(endpointRuleSchema).optional(),
  deny_rules: z.array(methodAndPath).optional(),
  request: z.strictObject({ max_bytes: byteCount.optional() }).optional(),
  response: z
    .strictObject({ max_bytes: byteCount.optional(), label: z.enum(['local', 'external']).optional() })
    .optional(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const networkPolicySchema = z.strictObject({
  name: z.string().optional(),
  endpoints: z.array(endpointSchema).min(1),
  binaries: z.array(z.strictObject({ path: z.string() })).optional(),
});

/** A rule about tool calls, the agent's own and those seen in model traffic. First match of the strictest kind wins. */
export const toolRuleSchema = z.strictObject({
  /** A glob over tool names; the dot is no delimiter. */
  match: z.string(),
  /** Default `allow`. */
  decision: z.enum(['allow', 'ask', 'deny']).optional(),
  effect: z.enum(effects).optional(),
  /** More than `max` calls in `per` lead to `then`. */
  burst: z
    .strictObject({
      max: z.number().int().positive(),
      per: duration,
      // biome-ignore lint/suspicious/noThenProperty: the language's own word; its value is a string, nothing awaits it
      then: z.enum(['ask', 'deny']), // oxlint-disable-line unicorn/no-thenable
    })
    .optional(),
});

const flowCondition = z.strictObject({
  from: z.strictObject({
    integrity: z.enum(integrityLevels).optional(),
    confidentiality: z.enum(['public', 'internal', 'secret']).optional(),
  }),
  to: z.strictObject({
    /** A value of this role in a tool call or a request. */
    parameter: z.enum(['destination', 'content']).optional(),
    /** Data that leaves for a reader outside the team. */
    reader: z.enum(['external']).optional(),
  }),
});

/** A rule about labels on data: content from outside may not choose where things go. */
export const flowRuleSchema = z
  .strictObject({ ask: flowCondition.optional(), deny: flowCondition.optional() })
  .refine((rule) => (rule.ask === undefined) !== (rule.deny === undefined), {
    message: 'a flow rule has exactly one of "ask" and "deny"',
  });
export type FlowRule = z.infer<typeof flowRuleSchema>;

/** A host service: the only way to something on this machine. Only a ceiling may hold these. */
export const serviceSchema = z
  .strictObject({
    /** A Unix socket; relative paths start at the installation's `services` folder. */
    socket: z.string().optional(),
    /** A TCP port on 127.0.0.1. The platform's own ports are refused even here. */
    port: z.number().int().min(1).max(65_535).optional(),
  })
  .refine((service) => (service.socket === undefined) !== (service.port === undefined), {
    message: 'a service has exactly one of "socket" and "port"',
  });
export type Service = z.infer<typeof serviceSchema>;

/** US dollars for a million tokens. */
export const modelPriceSchema = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() });
export type ModelPrice = z.infer<typeof modelPriceSchema>;

/** A model server that has no public address. */
export const modelServerSchema = z.strictObject({
  /** The host of its base URL, exactly: a name or an address. */
  host: z.string(),
  port: z.number().int().min(1).max(65_535),
  /** Every address that the name may have; another one is refused. Default: the host itself, when it is an address. */
  addresses: z.array(z.string()).min(1).optional(),
});
export type ModelServer = z.infer<typeof modelServerSchema>;

export const policyDocumentSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().optional(),
  description: z.string().optional(),
  network_policies: z.record(z.string(), networkPolicySchema).optional(),
  tools: z.array(toolRuleSchema).optional(),
  flows: z.array(flowRuleSchema).optional(),
  inference: z
    .strictObject({
      /** Globs over `provider/model`. Default: every model that the installation offers. */
      models: z.array(z.string()).optional(),
      /** What a provider may do by itself. Default: nothing. */
      features: z.array(z.enum(['hosted_tool', 'remote_url', 'server_state'])).optional(),
      /**
       * What models cost, by `provider/model` or a glob over it; a name goes before a glob, then the dearest counts. Only a
       * ceiling may hold these. A remote model without a price is refused under a `cost` budget; local ones cost nothing.
       */
      prices: z.record(z.string(), modelPriceSchema).optional(),
      /** Model servers on private networks. Only a ceiling may hold these, and only the model door dials them. */
      servers: z.array(modelServerSchema).optional(),
    })
    .optional(),
  budgets: z
    .strictObject({
      /** For example `200k/run`, `2M/day`. */
      tokens: quantity.optional(),
      /** What models may cost, at the prices of the ceiling, as `5 USD/run`. */
      cost: money.optional(),
      /** Wall-clock time of a run. */
      wall: duration.optional(),
      /** Bytes of requests and answers to and from the outside, as `50MiB/run`. */
      egress: quantity.optional(),
    })
    .optional(),
  approvals: z.strictObject({ expire: duration.optional(), default: z.literal('deny').optional() }).optional(),
  /** Files of the task folder that strangers wrote: globs relative to its root. Everything else there is `local`. */
  labels: z
    .strictObject({ files: z.array(z.strictObject({ path: z.string(), integrity: z.literal('external') })) })
    .optional(),
  services: z.record(z.string(), serviceSchema).optional(),
});

/** A validated policy document, as written. Units are parsed; globs are compiled later, in `packages/policy`. */
export type PolicyDocument = z.output<typeof policyDocumentSchema>;
