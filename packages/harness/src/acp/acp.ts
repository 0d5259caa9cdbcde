import type { Harness } from '../harness.ts';
import { memoryVariable, ownMemory } from '../memory.ts';
import { acpConversation } from './acp-conversation.ts';

/**
 * Any program that speaks the Agent Client Protocol on its standard input and output, as editors talk to agents. It works whole
 * in the sandbox of the run, with files and shell of its own: those of the client are not offered.
 *
 * @see https://agentclientprotocol.com/protocol/v1/overview
 */
export const acp: Harness = {
  tools: {},
  memory: ownMemory,
  start: ({ model, command }) => ({ arguments: command, environment: variables(model), input: '' }),
  conversation: acpConversation(({ model, command }) => ({
    arguments: command,
    environment: variables(model),
  })),
  isTalkedTo: true,
};

function variables(model: string): Readonly<Record<string, string>> {
  return { CLAWHOLD_MODEL: model, [memoryVariable]: ownMemory.folder };
}
