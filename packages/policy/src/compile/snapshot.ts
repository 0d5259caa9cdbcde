import type {
  Approvers,
  Effect,
  FlowRule,
  LabelledContent,
  MiddlewareContent,
  ModelPrice,
  PolicyDocument,
  ProviderFeature,
  Reason,
  Redaction,
  RuleReference,
  RunId,
  SystemCallProfile,
} from '@clawhold/spec';
import type { Condition } from '../condition/condition.ts';
import type { CompiledFiles } from '../files/sandbox-files.ts';
import type { TaskSecrets } from '../files/task-secrets.ts';
import type { Glob } from '../glob/glob.ts';
import type { TextIndex } from '../glob/text-index.ts';
import type { RuleLayer } from '../load/layer.ts';
import type { Grounds } from './compiled-endpoint.ts';
import type { Network } from './network.ts';

export interface CompiledToolRule {
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly effect: Effect | null;
  readonly burst: {
    readonly counter: string;
    readonly max: number;
    readonly beyond: 'ask' | 'deny';
    readonly exceeded: Reason;
  } | null;
  readonly condition: Condition | null;
  readonly grounds: Grounds;
}

export type FlowCondition = NonNullable<FlowRule['deny']>;

export interface CompiledFlow {
  readonly verdict: 'ask' | 'deny';
  readonly condition: FlowCondition;
  /** Who must agree; null when one person is enough, whoever it is. */
  readonly approvers: Approvers | null;
  readonly rule: RuleReference;
}

export interface CompiledRoute {
  /** Null: always. */
  readonly when: Condition | null;
  readonly use: string;
  readonly grounds: Grounds;
}

export interface CompiledBudget {
  readonly kind: 'tokens' | 'cost' | 'wall' | 'egress';
  readonly counter: string;
  readonly limit: number;
  readonly exceeded: Reason;
  readonly rule: RuleReference;
}

/** What a model costs; a name goes before a glob. */
export interface CompiledPrice {
  readonly isName: boolean;
  readonly price: ModelPrice;
}

/** What changes the bodies of requests to some hosts before anything else is decided about them. */
export interface CompiledMiddleware {
  readonly isFor: (host: string) => boolean;
  readonly takesOut: readonly MiddlewareContent[];
}

/** One document, ready to decide. A section that is null says nothing; in the ceiling that means it bounds nothing. */
export interface CompiledLayer {
  readonly name: RuleLayer;
  readonly network: Network | null;
  readonly tools: TextIndex<CompiledToolRule> | null;
  /** True when the tool rules only deny: then they take away, and bound nothing. */
  readonly toolsOnlyDeny: boolean;
  readonly models: TextIndex<Grounds> | null;
  readonly features: ReadonlySet<ProviderFeature> | null;
  readonly routes: readonly CompiledRoute[];
  readonly redact: readonly Redaction[];
  readonly middlewares: readonly CompiledMiddleware[];
}

/** What documents say about data before anything happened to it. Paths are relative to the task folder. */
export interface CompiledLabels {
  readonly externalFiles: readonly Glob[];
  readonly secretFiles: readonly Glob[];
  /** Over names of tools. */
  readonly secretTools: readonly Glob[];
  readonly secretContents: readonly LabelledContent[];
}

/** One granted rule. */
export interface CompiledGrant {
  /** Null: every run of the agent. */
  readonly run: RunId | null;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly uses: number;
  /** What its uses are taken from. */
  readonly counter: string;
  readonly layer: CompiledLayer;
}

/**
 * A policy that decides: compiled once, frozen, replaced as a whole. Its inside belongs to this package; others keep
 * the reference, print the digest and ask the functions of this package.
 */
export interface Snapshot {
  /** SHA-256 of the canonical layers, lower-case hexadecimal. */
  readonly digest: string;
  /** Present layers, outermost first. */
  readonly layers: readonly CompiledLayer[];
  /** Those of them that say something about what leaves. */
  readonly networks: readonly CompiledLayer[];
  readonly flows: readonly CompiledFlow[];
  readonly budgets: readonly CompiledBudget[];
  /** By `provider/model`, from the ceiling. */
  readonly prices: TextIndex<CompiledPrice>;
  /** The host services of the ceiling, and the MCP servers that documents name, by the host under which a sandbox reaches each. */
  readonly services: ReadonlySet<string>;
  /** What sandboxes see of files; settled when one starts. */
  readonly files: CompiledFiles;
  /** What programs in sandboxes may ask of the kernel beside the base; settled when one starts. */
  readonly systemCalls: readonly SystemCallProfile[];
  /** What sandboxes do not see of the task folder, beside the secrets that are never shown; settled when one starts. */
  readonly taskSecrets: TaskSecrets;
  readonly labels: CompiledLabels;
  /** How long a person has to answer, in seconds: the shortest of the layers; null when none says. */
  readonly approvalSeconds: number | null;
  /** Until when what no rule allows is let through to learn from it, in milliseconds since 1970; null when never. */
  readonly learnsUntil: number | null;
  /** Rules that people granted beside the documents, in the order in which they are looked at. */
  readonly grants: readonly CompiledGrant[];
  readonly documents: { readonly [Name in RuleLayer]?: PolicyDocument };
}
