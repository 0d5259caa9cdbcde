import type { Label, StepId, TimelineBody, TurnId } from '@clawhold/spec';
import type { AgentTool } from './agent-tool.ts';
import type { Conversation, ProposedCall } from './conversation.ts';

/** What the loop asks of a model. `key` names the place in the run: the same key is the same request. */
export interface ModelQuestion {
  readonly key: string;
  readonly agent: string;
  readonly instructions: string;
  readonly conversation: Conversation;
  readonly tools: readonly AgentTool[];
  /** Whether people see the answer being written; a summary for the model itself is not for them. */
  readonly shown: boolean;
  /** The turn is ended after this many milliseconds. */
  readonly milliseconds: number;
}

export type ModelAnswer =
  | {
      readonly kind: 'answered';
      readonly turn: TurnId;
      readonly text: string;
      readonly calls: readonly ProposedCall[];
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cut: boolean;
      readonly milliseconds: number;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly tooLong: boolean; readonly milliseconds: number };

/** One call that shall run in the sandbox. */
export interface Step {
  readonly call: ProposedCall;
  /** The turn that proposed it. */
  readonly turn: TurnId;
  /** The agent's tools; the supervisor refuses every other one. */
  readonly authority: readonly string[];
  /** How long to go on trying when the supervisor is away, in milliseconds. */
  readonly milliseconds: number;
}

export interface StepResult {
  readonly outcome: 'ok' | 'failed' | 'denied' | 'unknown';
  /** What the model is told. */
  readonly text: string;
  readonly label: Label;
  /** Milliseconds of work; waiting for a person is not counted. */
  readonly milliseconds: number;
}

/**
 * What the loop needs of the process that runs it. Each method is durable: once it has answered it gives the same
 * answer for the same question for ever, without doing anything again. The loop itself is then repeatable from its
 * beginning, and that is how a run goes on after a crash.
 */
export interface AgentHost {
  askModel(question: ModelQuestion): Promise<ModelAnswer>;
  /** Runs these at the same time and answers in their order. */
  runSteps(steps: readonly Step[]): Promise<readonly StepResult[]>;
  /** Paths changed in the task folder, or null when nobody can say. `step` is the call that wants to know. */
  changedFiles(step: StepId): Promise<readonly string[] | null>;
  /** Shows entries to the person, once for each key. */
  show(key: string, bodies: readonly TimelineBody[]): Promise<void>;
  /** Takes note of the conversation so far, for the runs after this one. */
  remember(conversation: Conversation): void;
}
