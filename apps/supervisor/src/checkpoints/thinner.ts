import { mergeLayers, type SandboxDriver } from '@clawhold/sandbox';
import type { RunId } from '@clawhold/spec';
import { type RunRecord, viewOf } from '../runs/run-folder.ts';
import { layersNeeded, poolFolder, readBook, writeBook } from './book.ts';
import type { LayerUse } from './layer-use.ts';
import { type Merge, planThinning, withMerged } from './thinning.ts';

/** Layers of a view at which thinning begins: while it goes on, steps go on, and must not reach the most there can be. */
const deep = 48;
/** Layers that it leaves: so many fewer that it is done once in a dozen steps. */
const shallow = 36;

export interface ThinnerParts {
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly use: LayerUse;
  /** One after the other with all else that writes books. */
  readonly turn: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** A name that no layer of the pool ever had. */
  readonly nextLayer: (pool: RunId) => Promise<string>;
  /** These checkpoints are no more. */
  readonly onThinned: (run: RunId, checkpoints: readonly number[]) => void;
}

/** Keeps views from having too many layers, beside the work of their runs. */
export interface Thinner {
  /** Begins to merge layers of a run when its view has many; at once it does nothing but ask for its turn. */
  begin(record: RunRecord, depth: number): void;
  /** Settles when what was begun for a run is over; never rejects. Undefined: nothing was. */
  underWay(run: RunId): Promise<void> | undefined;
}

type Named = Merge & { readonly into: string };

interface Plan {
  readonly pool: RunId;
  readonly merges: readonly Named[];
  /** Nobody drops what is made here. */
  readonly claim: Disposable;
}

export function createThinner({ folder, driver, use, turn, nextLayer, onThinned }: ThinnerParts): Thinner {
  const underWay = new Map<RunId, Promise<void>>();

  /** Names what will be made, as what is to be dropped: should this process be killed, that is what happens to it. */
  async function plan({ run }: RunRecord): Promise<Plan | undefined> {
    const { pool, sealing, ...book } = await readBook(folder, run);
    const merges: Named[] = [];
    if (sealing === null)
      for (const merge of planThinning(book, shallow)) merges.push({ ...merge, into: await nextLayer(pool) });
    if (merges.length === 0) return undefined;
    const names = merges.map(({ into }) => into);
    // The names were written down meanwhile, maybe in the same book.
    const now = await readBook(folder, run);
    const claim = use.claim({ pool: poolFolder(folder, pool), names });
    await writeBook(folder, run, { ...now, dropping: [...now.dropping, ...names] });
    return { pool, merges, claim };
  }

  /** Whether the new layer took its place: the run may have gone back to what was to go, or may have been discarded. */
  async function replace(run: RunId, merge: Named): Promise<boolean> {
    const book = await readBook(folder, run);
    const isWanted = book.sealing === null && book.dropping.includes(merge.into);
    const next = isWanted ? withMerged(book, merge, merge.into) : undefined;
    if (next === undefined) return false;
    const needed = layersNeeded(next);
    const dropping = [...book.dropping.filter((name) => name !== merge.into), ...merge.layers];
    await writeBook(folder, run, { ...next, dropping: dropping.filter((name) => !needed.includes(name)) });
    return true;
  }

  async function thin(record: RunRecord): Promise<void> {
    const planned = await turn(() => plan(record));
    if (planned === undefined) return;
    using _claim = planned.claim;
    const pool = poolFolder(folder, planned.pool);
    const gone: number[] = [];
    for (const merge of planned.merges) {
      await mergeLayers(driver, viewOf(folder, record), { pool, names: merge.layers }, merge.into);
      if (await turn(() => replace(record.run, merge))) gone.push(...merge.checkpoints);
    }
    if (gone.length > 0) onThinned(record.run, gone);
  }

  return {
    begin(record, depth) {
      if (depth < deep || underWay.has(record.run)) return;
      const work = thin(record)
        // What could not be merged stays as it is. When there is no room left, whoever asks for a checkpoint is told.
        .catch((error: unknown) => console.error(error))
        .finally(() => underWay.delete(record.run));
      underWay.set(record.run, work);
    },
    underWay: (run) => underWay.get(run),
  };
}
