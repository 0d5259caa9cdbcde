import { allRunRecords } from './run-folder.ts';

/** How many host ids are reserved for sandboxes. */
const slotCount = 65_536;

/** Gives each run a slot that no other run with files here has: what one sandbox wrote, no other one owns. */
export async function freeSlot(root: string, taken: ReadonlySet<number>): Promise<number> {
  const used = new Set([...taken, ...(await allRunRecords(root)).map(({ slot }) => slot)]);
  for (let slot = 0; slot < slotCount; slot++) if (!used.has(slot)) return slot;
  return slotCount - 1;
}
