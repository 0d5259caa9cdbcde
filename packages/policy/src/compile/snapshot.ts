import type {
  Approvers,
  Confidentiality,
  Effect,
  EndpointProtocol,
  EndpointRule,
  FlowRule,
  Inspector,
  Integrity,
  LabelledContent,
  MiddlewareContent,
  ModelPrice,
  Obligation,
  PolicyDocument,
  ProviderFeature,
  Reason,
  Redaction,
  RuleReference,
  RunId,
} from '@clawhold/spec';
import type { Condition } from '../condition/condition.ts';
import type { EndpointIndex } from '../endpoint/endpoint-index.ts';
import type { CompiledFiles } from '../files/sandbox-files.ts';
import type { Glob } from '../glob/glob.ts';
import type { TextIndex } from '../glob/text-index.ts';
import type { RuleLayer } from '../load/layer.ts';
import type { OperationIndex } from '../operation/operation-index.ts';
import type { Qualifier } from '../operation/qualifier.ts';

/** A reason and the place of its rule, made once when the policy is compiled. */
export interface Grounds {
  readonly reason: Reason;
  readonly rule: RuleReference;
  /** The place in its document, counted: of several rules that say the same, the first is named. */
  readonly order: number;
}

/** A rule is its own grounds: what is found at once is what is said. */
export interface CompiledRule extends Grounds {
  readonly verdict: 'allow' | 'ask';
  readonly effect: Effect | null;
  readonly inverse: EndpointRule['inverse'] | null;
  readonly destinations: readonly string[];
  /** What must hold beyond what the index found; null when nothing. */
  readonly qualifier: Qualifier | null;
}

export interface CompiledDeny extends Grounds {
  readonly qualifier: Qualifier | null;
}

export interface CompiledEndpoint {
  readonly protocol: EndpointProtocol;
  /** What must read messages before they can be decided on; null when the head of a request is enough. */
  readonly inspector: Exclude<Inspector, 'rest'> | null;
  /** How much an inspector may read; null for its own limit. */
  readonly inspectedBytes: number | null;
  /** mcp: a tool may have any name that can be shown. */
  readonly anyToolName: boolean;
  /** Null: any caller. */
  readonly binaries: readonly Glob[] | null;
  readonly rules: OperationIndex<CompiledRule>;
  /** Null when nothing is forbidden. */
  readonly denies: OperationIndex<CompiledDeny> | null;
  readonly allowsEncodedSlash: boolean;
  /** Null when the endpoint demands nothing, as most do: then nothing is read. */
  readonly terms: EndpointTerms | null;
  /** Why a connection may be made. */
  readonly open: Grounds;
}

/** What an endpoint demands of what it lets through; null where it demands nothing. */
export interface EndpointTerms {
  readonly requestBytes: number | null;
  readonly responseBytes: number | null;
  readonly responseIntegrity: Extract<Integrity, 'local' | 'external'> | null;
  readonly isResponseSecret: boolean;
  /** The least guarded data that must not leave here; null when the label of data does not matter. */
  readonly forbids: { readonly level: Confidentiality; readonly grounds: Grounds } | null;
  /** What whoever lets a request through owes besides; made once. */
  readonly obligations: readonly Obligation[];
}

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

/** One document, ready to decide. A section that is null says nothing; in the ceiling that means it bounds nothing. */
/** What changes the bodies of requests to some hosts before anything else is decided about them. */
export interface CompiledMiddleware {
  readonly isFor: (host: string) => boolean;
  readonly takesOut: readonly MiddlewareContent[];
}

export interface CompiledLayer {
  readonly name: RuleLayer;
  readonly network: EndpointIndex<CompiledEndpoint> | null;
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
  /** The host services of the ceiling, by the host name under which a sandbox reaches each. */
  readonly services: ReadonlySet<string>;
  /** What sandboxes see of files; settled when one starts. */
  readonly files: CompiledFiles;
  readonly labels: CompiledLabels;
  /** How long a person has to answer, in seconds: the shortest of the layers; null when none says. */
  readonly approvalSeconds: number | null;
  /** Until when what no rule allows is let through to learn from it, in milliseconds since 1970; null when never. */
  readonly learnsUntil: number | null;
  /** Rules that people granted beside the documents, in the order in which they are looked at. */
  readonly grants: readonly CompiledGrant[];
  readonly documents: { readonly [Name in RuleLayer]?: PolicyDocument };
}
