import type { ConversationProtocol } from '../conversation.ts';
import { createAcpWire } from './acp-wire.ts';

/** The conversation with a program that speaks the Agent Client Protocol, however that is started. */
export function acpConversation(start: ConversationProtocol['start']): ConversationProtocol {
  return { start, port: undefined, open: (_secret, mcp) => createAcpWire(mcp) };
}
