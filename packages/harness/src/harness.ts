import type { ConversationProtocol } from './conversation.ts';
import type { McpServers } from './mcp-server.ts';
import type { Memory } from './memory.ts';
import type { Mind } from './mind.ts';
import type { ToolMeaning } from './tool-meaning.ts';

/** What an agent is set to do. */
export interface Assignment {
  /** The person's own words. */
  readonly task: string;
  /** `provider/model` of the run. */
  readonly model: string;
  /** The program, and arguments of its own, as the manifest names them. */
  readonly command: readonly [string, ...string[]];
  /** MCP servers that it is offered, by name: the platform answers at their URLs. */
  readonly mcp: McpServers;
}

/** A program to start in the sandbox, with `/task` as its folder. */
export interface Start {
  readonly arguments: readonly [string, ...string[]];
  /** Added to what every command of the sandbox has. No secret: whatever stands here, the agent can read. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input: string;
}

/** What a program tells of its work. The words are its own: hostile text. */
export type ProgramEvent =
  /** Said to the person; the last one is its answer. */
  | { readonly kind: 'said'; readonly text: string }
  /** It says itself that it did not do what was asked. */
  | { readonly kind: 'failed'; readonly text: string };

/**
 * One kind of third-party agent: all that the platform has to know of it. Where a decision is needed nothing here is asked:
 * network, model traffic, proposed calls, approvals, files and stop are the same for every program in a sandbox.
 */
export interface Harness {
  /** What its own tools are, by the names that its model calls them. A manifest may say otherwise. */
  readonly tools: Readonly<Record<string, ToolMeaning>>;
  /** How the agent is started on a task. @throws ClawholdError `input_agent_manifest` when it cannot be. */
  start(assignment: Assignment): Start;
  /** What a line of standard output tells, when that is more than the answer itself. Never throws. */
  readonly read?: (line: string) => readonly ProgramEvent[];
  /** Its answer, from all that it printed, when that is more than the answer itself. Never throws. */
  readonly answer?: (stdout: string) => string;
  /** It is split: started where it thinks, and its hands are in the sandbox of the run. Default: it is whole, and there. */
  readonly mind?: Mind;
  /** What it may keep from run to run, when its manifest says so. Default: a split one keeps its state, any other nothing. */
  readonly memory?: Memory;
  /** It can stay after its answer, and be asked more; of a split one its mind says how. Default: it ends with it. */
  readonly conversation?: ConversationProtocol;
  /** A single task is told to it as the first message of a conversation, too. Default: it is started with the task. */
  readonly isTalkedTo?: true;
}
