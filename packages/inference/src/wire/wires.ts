import { chatWire } from './chat/wire.ts';
import { messagesWire } from './messages/wire.ts';
import { responsesWire } from './responses/wire.ts';
import type { Wire } from './wire.ts';

const wires: readonly Wire[] = [chatWire, responsesWire, messagesWire];

/** The wire of a path below `/v1`; undefined when no wire has it. */
export function wireOf(path: string): Wire | undefined {
  return wires.find((wire) => wire.path === path);
}
