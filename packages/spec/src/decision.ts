import { z } from 'zod';
import { id } from './ids.ts';
import { labelSchema } from './label.ts';
import { forbiddenContents } from './policy/endpoint.ts';
import { redactions } from './policy/inference.ts';
import { raisedConfidentiality } from './policy/labels.ts';
import { requestMessageSchema } from './request-message.ts';
import { effects, parameterRoles } from './tool.ts';

/** A SHA-256 digest, lower-case hexadecimal. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Who asks. `executable` and its `ancestors` narrow a rule; they are never the only condition for a credential. */
export const callerSchema = z.object({
  agent: z.string(),
  run: id('run').optional(),
  sandbox: id('sandbox').optional(),
  executable: z.string().optional(),
  ancestors: z.array(z.string()).optional(),
});
export type Caller = z.infer<typeof callerSchema>;

/** One value of a call with its role and where it came from. `value` is shortened to 200 characters. */
export const parameterSchema = z.object({
  name: z.string(),
  role: z.enum(parameterRoles),
  value: z.string(),
  label: labelSchema,
});
export type Parameter = z.infer<typeof parameterSchema>;

/**
 * May this sandbox talk to this host, and with what? `operation` is absent when a tunnel is asked for (CONNECT): then
 * `allow` either lets bytes through, or carries an `inspect` obligation and every request inside is a question of its own.
 * All strings are normalised: lower-case host without trailing dot, decoded and dot-free path. Without a `message` the
 * question is about the head of a request: an `inspect` obligation of its answer says what must be read, and every
 * message in it is a question of its own.
 */
export const egressQuestionSchema = z.object({
  kind: z.literal('egress'),
  caller: callerSchema,
  host: z.string(),
  port: z.number().int().min(1).max(65_535),
  scheme: z.enum(['http', 'https', 'tcp']),
  operation: z
    .object({
      method: z.string(),
      path: z.string(),
      query: z.string(),
      /** Values that the policy names as destinations in path, query or body, for example an account number. */
      parameters: z.array(parameterSchema),
      message: requestMessageSchema.optional(),
    })
    .optional(),
  /** The label of what leaves: the join of what the sandbox could have read, or of the tool call's own parameters. */
  data: labelSchema,
  /** Digest of the canonical action of this very request; a single-use grant is found by it. */
  action: digestSchema.optional(),
});
export type EgressQuestion = z.infer<typeof egressQuestionSchema>;

/** May this tool call happen? Asked twice: when a model proposes it, and again before it runs. */
export const toolQuestionSchema = z.object({
  kind: z.literal('tool'),
  caller: callerSchema,
  phase: z.enum(['proposed', 'run']),
  tool: z.string(),
  effect: z.enum(effects),
  parameters: z.array(parameterSchema),
  /** Whole, as the model wrote them; `where` in rules about tools looks at them. */
  arguments: z.record(z.string(), z.unknown()).optional(),
  /** What a command would run: the program of each simple command in it, without wrappers such as `env` and `timeout`. */
  command: z.object({ effective: z.array(z.string()) }).optional(),
  action: digestSchema.optional(),
});
export type ToolQuestion = z.infer<typeof toolQuestionSchema>;

/** What a provider would do by itself when it gets a request. Each is egress through the provider. */
export const providerFeatures = ['hosted_tool', 'remote_url', 'server_state'] as const;
export type ProviderFeature = (typeof providerFeatures)[number];

/** May this request go to this model? */
export const inferenceQuestionSchema = z.object({
  kind: z.literal('inference'),
  caller: callerSchema,
  provider: z.string(),
  model: z.string(),
  /** The model that was asked for, as `provider/model`, when a route of the policy leads to this one instead. */
  asked: z.string().optional(),
  /** Whether the model runs where the company's data already is (a local server, the rehearsal model). */
  locality: z.enum(['local', 'remote']),
  features: z.array(z.enum(providerFeatures)),
  /** Upper estimate of the tokens of this request and its answer. */
  tokens: z.number().int().nonnegative(),
  /** How many of them are the answer's. Default: any of them can be. */
  answerTokens: z.number().int().nonnegative().optional(),
  data: labelSchema,
});
export type InferenceQuestion = z.infer<typeof inferenceQuestionSchema>;

export const questionSchema = z.discriminatedUnion('kind', [
  egressQuestionSchema,
  toolQuestionSchema,
  inferenceQuestionSchema,
]);
export type Question = z.infer<typeof questionSchema>;

/** Why a decision fell as it did. `text` is one plain sentence for a person. */
export const reasonSchema = z.object({
  code: z.enum([
    'hard_block',
    'explicit_deny',
    'beyond_ceiling',
    'flow',
    'rule',
    'grant',
    'no_rule',
    'default',
    'budget',
    'burst',
    'feature',
    'condition',
  ]),
  text: z.string(),
});
export type Reason = z.infer<typeof reasonSchema>;

/** Where a rule stands: the layer, and its path in that document, for example `network_policies.finance.endpoints[0].rules[1]`. */
export const ruleReferenceSchema = z.object({
  layer: z.enum(['platform', 'ceiling', 'team', 'agent', 'grant']),
  path: z.string(),
});
export type RuleReference = z.infer<typeof ruleReferenceSchema>;

/** What can read requests and their messages. `graphql-websocket`: GraphQL operations in the text messages of a WebSocket. */
export const inspectors = [
  'rest',
  'websocket',
  'graphql',
  'graphql-websocket',
  'mcp',
  'json-rpc',
  'grpc',
  'a2a',
] as const;
export type Inspector = (typeof inspectors)[number];

/** Who must agree before something happens: so many different people, and whether whoever started the run may be one. */
export const approversSchema = z.object({ count: z.number().int().min(1), excludeRequester: z.boolean() });
export type Approvers = z.infer<typeof approversSchema>;

/** What the caller must do before (or while) it goes ahead. Not doing one is a defect of the caller. */
export const obligationSchema = z.discriminatedUnion('kind', [
  /** Take `amount` from a counter atomically, never beyond `limit`; a lost reservation is a deny. */
  z.object({ kind: z.literal('reserve'), counter: z.string(), amount: z.number(), limit: z.number() }),
  /** Take every byte that leaves from this counter before it does, never beyond `limit`. */
  z.object({ kind: z.literal('meter'), counter: z.string(), limit: z.number() }),
  /** Consume this single-use grant durably before the effect. */
  z.object({ kind: z.literal('consume_grant'), grant: id('grant') }),
  /**
   * For a tunnel (`rest`): read inside, every request in it is a question of its own. For the head of a request: read what
   * follows, at most `bytes` of it, with this inspector, and ask about every message.
   */
  z.object({
    kind: z.literal('inspect'),
    tls: z.enum(['terminate', 'none']),
    protocol: z.enum(inspectors),
    bytes: z.number().int().optional(),
    /** mcp: a tool may have any name that can be shown. Default: letters, digits, `_`, `.` and `-`. */
    anyToolName: z.literal(true).optional(),
  }),
  /** Dial only addresses in these CIDR blocks; what is never dialled stays so. */
  z.object({ kind: z.literal('addresses'), allowed: z.array(z.string()) }),
  /** Let an answer through only with one of these media types (globs, without parameters). */
  z.object({ kind: z.literal('content_types'), allowed: z.array(z.string()) }),
  /** Refuse the request, or cut the answer, when a detector finds one of these in it. */
  z.object({
    kind: z.literal('forbid'),
    direction: z.enum(['request', 'response']),
    contents: z.array(z.enum(forbiddenContents)),
  }),
  /** Exchange placeholders of this provider's credential, in the places of its binding and those named here. */
  z.object({
    kind: z.literal('credential'),
    provider: z.string().nullable(),
    body: z.boolean(),
    websocket: z.boolean(),
    signing: z
      .object({
        body: z.enum(['signed', 'unsigned', 'by_header']),
        service: z.string(),
        region: z.string().nullable(),
      })
      .nullable(),
  }),
  /**
   * Withhold tools of this MCP server whose description changed; when the list of pins is closed, also new ones. All paths
   * that the pattern `path` matches are one server.
   */
  z.object({
    kind: z.literal('pin_tool_descriptions'),
    list: z.enum(['open', 'closed']),
    path: z.string().default('/**'),
  }),
  /** Propose the narrowest rule for what was let through only to learn from it; never exchange a credential in it. */
  z.object({ kind: z.literal('propose') }),
  /** So many people must agree, and whether whoever started the run may be one of them. */
  approversSchema.extend({ kind: z.literal('approvers') }),
  /** Take these out of the model request before it leaves. */
  z.object({ kind: z.literal('redact'), what: z.array(z.enum(redactions)) }),
  /** Connect to the service of this name in the ceiling instead of resolving the host. */
  z.object({ kind: z.literal('service'), name: z.string() }),
  /** Give what comes back this integrity, and this confidentiality where a policy raises it. */
  z.object({
    kind: z.literal('label_response'),
    integrity: z.enum(['local', 'external']),
    confidentiality: raisedConfidentiality.optional(),
  }),
  /** Stop after this many bytes of the request or of the response body. */
  z.object({ kind: z.literal('cap'), direction: z.enum(['request', 'response']), bytes: z.number().int() }),
  /** Write it to the ledger before the effect (`durable`), or in the summary of allowed reads. */
  z.object({ kind: z.literal('record'), durability: z.enum(['durable', 'summary']) }),
]);
export type Obligation = z.infer<typeof obligationSchema>;

export const decisionSchema = z.object({
  kind: z.enum(['allow', 'ask', 'deny']),
  reasons: z.array(reasonSchema),
  rules: z.array(ruleReferenceSchema),
  obligations: z.array(obligationSchema),
  /** The digest of the snapshot that decided. */
  policy: digestSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

/** What `decide` may look up and never changes: counters and single-use grants, both kept by the caller. */
export interface Usage {
  /** How much of a counter is spent or reserved in its current window. */
  spent(counter: string): number;
  /** A live grant for exactly this action, or undefined. Expiry and use limit were checked by the keeper. */
  grant(action: string): Grant | undefined;
}

/** The authority that one approval made. Single use, expiring. */
export const grantSchema = z.object({
  id: id('grant'),
  approval: id('approval'),
  action: digestSchema,
  expires: z.iso.datetime(),
  /** Who had to agree to it: it opens nothing that needs more. */
  approvers: approversSchema,
});
export type Grant = z.infer<typeof grantSchema>;

/** Usage with nothing spent and no grants: for explaining and for tests. */
export const noUsage: Usage = Object.freeze({ spent: () => 0, grant: () => undefined });
