import { inTurn } from '../order/in-turn.ts';
import { allRunRecords } from './run-folder.ts';

/** How many host ids are reserved for sandboxes. */
const slotCount = 65_536;

/** The host ids of sandboxes, each for one run's files or for one sandbox: what one wrote, no other one owns. */
export interface Slots {
  /** One that no run with files here has, and nobody else who took one. */
  take(): Promise<number>;
  /** It is written down in the record of a run, or what had it is gone. */
  release(slot: number): void;
}

/** @param root the supervisor's own folder. */
export function createSlots(root: string): Slots {
  const taken = new Set<number>();
  const turn = inTurn();
  return {
    take: () =>
      turn(async () => {
        const used = new Set((await allRunRecords(root)).map(({ slot }) => slot));
        let slot = 0;
        while ((used.has(slot) || taken.has(slot)) && slot < slotCount - 1) slot++;
        taken.add(slot);
        return slot;
      }),
    release: (slot) => void taken.delete(slot),
  };
}
