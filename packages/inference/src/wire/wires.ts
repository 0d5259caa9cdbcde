import { chatWire } from './chat/wire.ts';
import type { Wire } from './wire.ts';

const wires: readonly Wire[] = [chatWire];

/** The wire of a path below `/v1`; undefined when no wire has it. */
export function wireOf(path: string): Wire | undefined {
  return wires.find((wire) => wire.path === path);
}
