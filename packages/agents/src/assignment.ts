import type { Label, SelfCheck } from '@clawhold/spec';
import type { AgentTool } from './agent-tool.ts';
import type { Conversation } from './conversation.ts';
import type { AgentHost } from './host.ts';
import type { Spending } from './spending.ts';

/** What an agent is set to do. */
export interface Assignment {
  /** For people: the agent's name, a sub-agent's with its parent's before it. */
  readonly agent: string;
  /** The system prompt. */
  readonly instructions: string;
  /** What it may propose; everything its sub-agents can get is in here. */
  readonly tools: readonly AgentTool[];
  /** Size of the model's window. */
  readonly contextTokens: number;
  /** Earlier runs of the session, oldest first. */
  readonly history: Conversation;
  /** The person's words, or the parent's for a sub-agent. */
  readonly task: string;
  /** 0 for the run's own agent. */
  readonly depth: number;
  /** Stands before the keys of everything durable that it does; unique in the run. */
  readonly path: string;
}

export type Ending =
  | {
      readonly kind: 'finished';
      /** For the person: the agent's closing words. */
      readonly outcome: string;
      readonly selfCheck: SelfCheck;
    }
  /** `outcome` is one sentence that says why there are no closing words. */
  | { readonly kind: 'failed'; readonly outcome: string };

export interface AgentResult {
  readonly ending: Ending;
  /** The join of everything the agent saw. */
  readonly label: Label;
}

/** The loop as a value: what runs an agent hands itself on to run that agent's sub-agents. */
export type AgentRunner = (host: AgentHost, assignment: Assignment, spending: Spending) => Promise<AgentResult>;
