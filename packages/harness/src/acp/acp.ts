import type { Harness } from '../harness.ts';
import { acpConversation } from './acp-conversation.ts';

/**
 * Any program that speaks the Agent Client Protocol on its standard input and output, as editors talk to agents. It works whole
 * in the sandbox of the run, with files and shell of its own: those of the client are not offered.
 *
 * @see https://agentclientprotocol.com/protocol/v1/overview
 */
export const acp: Harness = {
  tools: {},
  start: ({ model, command }) => ({ arguments: command, environment: { CLAWHOLD_MODEL: model }, input: '' }),
  conversation: acpConversation(({ model, command }) => ({
    arguments: command,
    environment: { CLAWHOLD_MODEL: model },
  })),
  isTalkedTo: true,
};
