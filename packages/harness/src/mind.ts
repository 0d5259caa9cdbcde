import type { ToolCall } from '@clawhold/spec';
import type { ConversationProtocol } from './conversation.ts';
import type { McpServers } from './mcp-server.ts';

/**
 * The half of an agent that thinks, in a sandbox of its own: its configuration, its memory and its state are there, and its
 * hands are not. What it wants done it says as the command of a remote shell.
 */
export interface Mind {
  /** Rendered anew for each run and shown read-only: the path from {@link configurationFolder} on, and the text. */
  configuration(assignment: MindAssignment): Readonly<Record<string, string>>;
  /** Added to the environment of its sandbox. @param proxy the way out, as a URL. */
  environment(proxy: string): Readonly<Record<string, string>>;
  /** Reads what it wants done. One for each run. */
  hands(): Hands;
  /** The names of tools that its hands carry out, which are decided there, with what is really done. */
  readonly tools: readonly string[];
  /** It can stay after its answer, and be asked more. Default: it ends with it. */
  readonly conversation?: ConversationProtocol;
}

export interface MindAssignment {
  /** `provider/model`. */
  readonly model: string;
  /** MCP servers that it is offered, by name: the platform answers at their URLs. */
  readonly mcp: McpServers;
  /** The skills in {@link skillsFolder}, as they call themselves: it follows no others. */
  readonly skills: readonly string[];
  /** What proves to it that it is the platform that talks. Of this run alone; whatever thinks there knows it as well. */
  readonly secret: string;
}

/** Where a mind finds its configuration, in its sandbox. */
export const configurationFolder = '/opt/clawhold/agent';
/** Where it finds the command of its remote shell: the folder `sandbox` of this package. */
export const remoteShellFolder = '/opt/clawhold/hands';
/** Where both halves of an agent find the skills that a person released, each in a folder of its own. */
export const skillsFolder = '/opt/clawhold/skills';
/** What carries messages between the platform and a port there: the port is its argument. */
export const talkCommand = ['/opt/node/bin/node', '/opt/clawhold/hands/talk.mjs'] as const;
/** Where its remote shell finds the platform. */
export const remoteShellAddress = { address: '198.18.0.2', port: 22 } as const;

/** What the remote shell gives back. */
export interface RemoteAnswer {
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** What a command of the remote shell is, for the platform. */
export type RemoteWork =
  /** Nothing has to be done for it. */
  { readonly kind: 'answer'; readonly answer: RemoteAnswer } | RemoteCall;

export interface RemoteCall {
  readonly kind: 'call';
  readonly call: Pick<ToolCall, 'tool' | 'arguments'>;
  /** Where the files are that it is about: those of the task, or the mind's own. */
  readonly where: 'task' | 'mind';
  /** Carries it out in place of the command that the tool would use; arguments of the tool's own command follow `prefix`. */
  readonly command?: readonly [string, ...string[]];
  readonly prefix?: readonly [string, ...string[]];
  /** From what it wrote to what the mind expects. Default: as it is. */
  readonly shown?: (stdout: Uint8Array) => Uint8Array;
}

export interface Hands {
  /** Whether the command reads what is given to it; what does not may never get an end of it. */
  readsInput(command: string): boolean;
  /** Never throws: what it does not know is answered with a failure. */
  read(command: string, input: Uint8Array): RemoteWork;
}
