import type { ToolCall } from '@clawhold/spec';
import type { ControlUi } from './control-ui.ts';
import type { Assignment, Start } from './harness.ts';
import type { McpServers } from './mcp-server.ts';

/**
 * How an agent is talked to that stays after its first answer: by the messages of its own WebSocket, on loopback where it is, or
 * by lines of its standard input and output.
 */
export interface ConversationProtocol {
  /** How it is started to stay. */
  start(assignment: Omit<Assignment, 'task'>): Omit<Start, 'input'>;
  /** Of its WebSocket; undefined when it is talked to by its standard input and output. */
  readonly port: number | undefined;
  /** The page that it brings, which talks to the same port; undefined when there is none. */
  readonly controlUi?: ControlUi;
  /** One for each process. @param secret what the configuration of a mind gave it. @param mcp servers that it is offered. */
  open(secret: string, mcp: McpServers): ConversationWire;
}

export interface ConversationWire {
  /** What it is told first; undefined where it begins. */
  readonly hello?: string;
  /** Reads a message of the program, which may be hostile. Never throws: what it does not know tells nothing. */
  read(message: string): readonly WireEvent[];
  /** Why these words are not said to it: it would take them for a command of its own. Undefined when they can be said. */
  refuses?(text: string): string | undefined;
  /** Says something to it, once it is ready. */
  say(turn: string, text: string): string;
  /** Tells it what people answered to a question of its own. */
  answer(question: string, isYes: boolean): string;
}

/** What a message of the program tells. Words are its own: hostile text. */
export type WireEvent =
  /** This is to be answered at once. */
  | { readonly kind: 'reply'; readonly message: string }
  | { readonly kind: 'ready' }
  /** It can not be talked to. */
  | { readonly kind: 'refused'; readonly why: string }
  /** All that it wrote of an answer so far. */
  | { readonly kind: 'writing'; readonly turn: string; readonly text: string }
  | { readonly kind: 'answered'; readonly turn: string; readonly text: string }
  | { readonly kind: 'failed'; readonly turn: string; readonly why: string }
  /** It says something that nobody asked for. */
  | { readonly kind: 'said'; readonly text: string }
  /** It asks people by itself whether it may do this. */
  | { readonly kind: 'asks'; readonly question: string; readonly call: ToolCall }
  /** Its question is over; it does not say by whom in a way that could be believed. */
  | { readonly kind: 'settled'; readonly question: string };
