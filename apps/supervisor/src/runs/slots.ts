import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '@clawhold/spec';
import { findRunRecord } from './run-folder.ts';

/** How many host ids are reserved for sandboxes. */
const slotCount = 65_536;

/** Gives each run a slot that no other run with files here has: what one sandbox wrote, no other one owns. */
export async function freeSlot(root: string, taken: ReadonlySet<number>): Promise<number> {
  const names = await readdir(join(root, 'runs')).catch(() => []);
  const records = await Promise.all(names.map((name) => findRunRecord(root, name as RunId))); // our own folder names
  const used = new Set([...taken, ...records.flatMap((record) => (record === undefined ? [] : [record.slot]))]);
  for (let slot = 0; slot < slotCount; slot++) if (!used.has(slot)) return slot;
  return slotCount - 1;
}
