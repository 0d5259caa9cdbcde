import type {
  Confidentiality,
  Effect,
  EndpointProtocol,
  EndpointRule,
  Inspector,
  Integrity,
  Obligation,
  Reason,
  RuleReference,
} from '@clawhold/spec';
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
