import type { Decision, InferenceQuestion, Label, Redaction, Refusal, ToolCall, ToolQuestion } from '@clawhold/spec';
import type { ToolResult } from './conversation.ts';
import type { ModelCaller } from './exchange.ts';
import type { Dial } from './provider/dial.ts';
import type { TokenUsage } from './usage.ts';

type Awaitable<Value> = Value | Promise<Value>;

export interface InferenceOptions {
  /** Where `models.yaml` and the folder `scenarios` may be. */
  readonly configuration: string;
  /** Provider keys and addresses from the person's environment, by variable name. */
  readonly providerKeys: Readonly<Record<string, string>>;
  /** More folders with scenarios of the rehearsal model; later ones go first. */
  readonly scenarios?: readonly string[];
  /**
   * Opens a TCP connection to a public host after the address check of `packages/egress`. Servers on this machine are
   * dialled without it, because only the operator's configuration can name them.
   */
  readonly dial: Dial;
  /** Loopback ports that are looked at for local servers. Default: the usual ones. Empty: none. */
  readonly localPorts?: readonly number[];
  readonly bounds?: InferenceBounds;

  readonly decideInference: (question: InferenceQuestion) => Awaitable<Decision>;
  readonly decideTool: (question: ToolQuestion) => Awaitable<Decision>;
  /** Writes a proposed call as a question: its tool's effect, and the role and label of each value. */
  readonly describeCall: (call: ToolCall, caller: ModelCaller) => Awaitable<ToolQuestion>;
  /** The label of what a request carries. */
  readonly labelRequest: (caller: ModelCaller) => Awaitable<Label>;
  /** Where the policy sends what has this label: `local` or `provider/model`. Undefined: where it was meant for. */
  readonly routeModel: (label: Label, caller: ModelCaller) => Awaitable<string | undefined>;
  /** Takes what a policy withholds from models out of one text of a request. */
  readonly withhold: (text: string, what: readonly Redaction[], caller: ModelCaller) => Awaitable<Withheld>;
  /** How a refusal is told to an agent. */
  readonly refuse: (question: InferenceQuestion | ToolQuestion, decision: Decision) => Refusal;
  /**
   * Meets the obligations of a decision before its effect: reservations and the ledger. Rejecting refuses. Told of a
   * refusal, where nobody else would record it, it records that.
   */
  readonly before: (
    question: InferenceQuestion | ToolQuestion,
    decision: Decision,
    caller: ModelCaller,
  ) => Awaitable<void>;
  /** Puts a proposed call before a person and waits; a yes is for exactly this call, and used up when this answers. */
  readonly askPerson: (
    call: ToolCall,
    question: ToolQuestion,
    decision: Decision,
    caller: ModelCaller,
  ) => Promise<PersonsAnswer>;
  /** A tool result that an agent sends back to a model; each is told once for a run. */
  readonly observeToolResult: (caller: ModelCaller, result: ToolResult) => Awaitable<void>;
  readonly observeUsage: (report: UsageReport) => Awaitable<void>;
}

/** What came of a question to a person: `why` is a sentence for the model. */
export type PersonsAnswer = { readonly kind: 'yes' } | { readonly kind: 'no'; readonly why: string };

/** A text without what is withheld, and what stands in the place of it: nobody may use that as if it were the value. */
export interface Withheld {
  readonly text: string;
  readonly placeholders: readonly string[];
}

/** Bounds of one exchange. Default: `limits` of the vocabulary. */
export interface InferenceBounds {
  readonly modelRequestBytes?: number;
  readonly modelAnswerBytes?: number;
  readonly modelIdleSeconds?: number;
}

export interface UsageReport extends TokenUsage {
  readonly caller: ModelCaller;
  /** `provider/model`. */
  readonly model: string;
  /** Whether the provider did not count and this is a guess from the length. */
  readonly estimated: boolean;
}
