import { pinCommand, type Reason } from '@clawhold/spec';
import type { ReadMessage } from '../inspection/content.ts';
import type { ProxyContext } from '../proxy/context.ts';
import type { Incoming } from '../proxy/incoming.ts';
import type { Terms } from '../proxy/terms.ts';
import { pinnedEndpoint } from './tool-pins.ts';

/** Why a request must not leave that calls a tool whose description is not the pinned one. */
export function withheldCall(
  { hooks }: ProxyContext,
  { target }: Incoming,
  messages: readonly ReadMessage[],
  { pins }: Terms,
): Reason | undefined {
  if (pins === undefined) return undefined;
  const endpoint = pinnedEndpoint(target, pins);
  for (const { message } of messages) {
    if (message.protocol !== 'mcp' || message.tool === null) continue;
    if (!hooks.toolPins.isWithheld(endpoint, message.tool, pins.list)) continue;
    const text = `The description of the tool "${message.tool}" is not one that an operator has accepted (pin_tool_descriptions), so the tool is withheld: ${pinCommand('show', { endpoint, tool: message.tool })}`;
    return { code: 'explicit_deny', text };
  }
  return undefined;
}
