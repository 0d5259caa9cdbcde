/** What a request says, whichever wire it came on: enough to report tool results and to play a scenario. */
export type Message =
  | { readonly role: 'instructions' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly PastCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly text: string };

/** A tool call that the model made in an earlier turn. */
export interface PastCall {
  readonly id: string;
  /** As on the wire, where a dot is not allowed. */
  readonly tool: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface Conversation {
  readonly messages: readonly Message[];
  /** Names of the tools that are offered, as on the wire. */
  readonly tools: readonly string[];
}

/** The result of a tool call with the name of its tool. */
export interface ToolResult {
  readonly callId: string;
  /** As on the wire; empty when the conversation does not hold the call. */
  readonly tool: string;
  readonly text: string;
}

/** Every tool result that a conversation holds, oldest first. */
export function toolResults({ messages }: Conversation): readonly ToolResult[] {
  const tools = new Map<string, string>();
  for (const message of messages)
    if (message.role === 'assistant') for (const call of message.calls) tools.set(call.id, call.tool);
  return messages.flatMap((message) =>
    message.role === 'tool'
      ? [{ callId: message.callId, tool: tools.get(message.callId) ?? '', text: message.text }]
      : [],
  );
}
