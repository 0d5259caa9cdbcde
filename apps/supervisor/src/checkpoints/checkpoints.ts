import {
  discardChanges,
  dropLayers,
  hasNewChanges,
  mostLayers,
  type RenewedView,
  type SandboxDriver,
  sealChanges,
  type TaskFolderView,
  type ViewLayers,
} from '@clawhold/sandbox';
import { type Checkpoint, ClawholdError, type RunId, type StepId } from '@clawhold/spec';
import { inTurn } from '../order/in-turn.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import { allRunRecords, findRunRecord, type RunRecord, readRunRecord, viewOf } from '../runs/run-folder.ts';
import {
  type Book,
  emptyBook,
  type HeldCheckpoint,
  isSettled,
  layersNeeded,
  poolFolder,
  readBook,
  writeBook,
} from './book.ts';
import { findCheckpoint } from './find-checkpoint.ts';
import { createLayerUse } from './layer-use.ts';
import { openRunRecord } from './open-record.ts';
import { renew } from './renew.ts';
import { createThinner } from './thinner.ts';

/** What a checkpoint is taken for. */
export interface Occasion {
  readonly name: string | null;
  readonly step: StepId | null;
}

/** The moments of a run's files to which its view can go back. */
export interface Checkpoints {
  list(run: RunId): Promise<readonly Checkpoint[]>;
  /**
   * Closes what was written since the last one. Without a name, and with nothing written since, it answers with that one.
   *
   * @throws ClawholdError `state_step_at_work`, `state_run_waiting`, `state_programs_running` or `state_driver_without_checkpoints`: then
   *   nothing was done;
   *   `state_too_many_checkpoints`, `state_checkpoint_name_taken`.
   */
  take(run: RunId, occasion: Occasion): Promise<{ readonly checkpoint: Checkpoint; readonly isNew: boolean }>;
  /** The view goes back; what it was is a checkpoint as well. @throws ClawholdError `state_no_such_checkpoint`. */
  restore(run: RunId, to: string): Promise<{ readonly checkpoint: Checkpoint; readonly left: Checkpoint }>;
  /** Gives another run, which has none, the files of this one at a checkpoint; null: as they are now. */
  fork(run: RunId, from: string | null, record: RunRecord): Promise<Checkpoint>;
  /** The view at a checkpoint; undefined: as it is now. */
  viewAt(record: RunRecord, reference?: string): Promise<TaskFolderView>;
  /** The layers of a run that gets a sandbox; what was left half-way before is done. */
  layersOf(run: RunId): Promise<ViewLayers>;
  /** Keeps the layers of views where they are while somebody reads them; ask for the views within. */
  looking<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Drops what the run changed with all its checkpoints, but for layers that other runs have. */
  discard(record: RunRecord): Promise<void>;
}

export interface CheckpointsParts {
  readonly folder: string;
  readonly driver: SandboxDriver;
  readonly runs: LiveRuns;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of a run that has many, these went so that there can be others. */
  readonly onThinned: (run: RunId, checkpoints: readonly number[]) => void;
}

export function createCheckpoints({ folder, driver, runs, now, onThinned }: CheckpointsParts): Checkpoints {
  /** One after the other, of all runs: those that were forked share layers and their names. */
  const turn = inTurn();
  const use = createLayerUse();
  const thinner = createThinner({ folder, driver, use, turn, nextLayer, onThinned });

  const layersIn = ({ pool, layers }: Book): ViewLayers => ({ pool: poolFolder(folder, pool), names: layers });

  function viewIn(record: RunRecord, book: Book): TaskFolderView {
    const view = viewOf(folder, record);
    return book.layers.length === 0 ? view : { ...view, layers: layersIn(book) };
  }

  /** The book as it is once everything that was begun is done. Only without a sandbox, or when nothing was begun. */
  async function settled(run: RunId): Promise<Book> {
    const book = await readBook(folder, run);
    const isDone = isSettled(book) && book.dropping.length === 0;
    const record = isDone ? undefined : await findRunRecord(folder, run);
    if (record === undefined) return book;
    if (book.sealing !== null)
      await sealChanges(driver, viewOf(folder, record), poolFolder(folder, book.pool), book.sealing.layer);
    const next = await sealed(run, book);
    return dropUnused(record, next, use.idle(droppingIn(next)));
  }

  async function sealed(run: RunId, book: Book): Promise<Book> {
    if (book.sealing === null) return book;
    const { next: layers, checkpoint } = book.sealing;
    const next = { ...book, layers, checkpoints: [...book.checkpoints, checkpoint], sealing: null };
    await writeBook(folder, run, next);
    return next;
  }

  const droppingIn = ({ pool, dropping }: Book): ViewLayers => ({ pool: poolFolder(folder, pool), names: dropping });

  /** @param idle those of them that nobody of this process uses. */
  async function dropUnused(record: RunRecord, book: Book, idle: readonly string[]): Promise<Book> {
    if (idle.length === 0) return book;
    const others = (await allRunRecords(folder)).filter(({ run }) => run !== record.run);
    const books = (await Promise.all(others.map(({ run }) => readBook(folder, run)))).filter(
      ({ pool }) => pool === book.pool,
    );
    const needed = new Set(books.flatMap(layersNeeded));
    const dropped = idle.filter((layer) => !needed.has(layer));
    await dropLayers(driver, viewOf(folder, record), poolFolder(folder, book.pool), dropped);
    const next = { ...book, dropping: book.dropping.filter((layer) => !idle.includes(layer)) };
    await writeBook(folder, record.run, next);
    return next;
  }

  /** A name that no layer of the pool ever had. Written down before it is used. */
  async function nextLayer(pool: RunId): Promise<string> {
    const book = await readBook(folder, pool);
    if (book.named >= mostNames)
      throw new ClawholdError('state_too_many_checkpoints', `The files of ${pool} had ${mostNames} layers.`, {
        hint: 'Keep or discard the changes, and let another run go on.',
      });
    await writeBook(folder, pool, { ...book, named: book.named + 1 });
    return book.named.toString(36);
  }

  /** Closes what was written, and goes to the target, or stays. Only while no program of the run can write. */
  async function move(
    record: RunRecord,
    book: Book,
    target: readonly string[] | null,
    left: HeldCheckpoint,
  ): Promise<Book> {
    const { run } = record;
    const live = runs.find(run);
    if (live !== undefined && !driver.abilities.renewal)
      throw new ClawholdError(
        'state_driver_without_checkpoints',
        `The sandbox of ${run} lives, and ${driver.name} cannot exchange its files.`,
        {
          hint: 'Wait for the end of the run, or start the platform with the driver "launcher".',
        },
      );
    const alone = live === undefined ? <Result>(work: () => Promise<Result>) => work() : live.frost.alone;
    return alone(async () => {
      const isChanged = await hasNewChanges(driver, viewOf(folder, record));
      if (isChanged && book.layers.length >= mostLayers)
        throw new ClawholdError('state_too_many_checkpoints', `The files of ${run} have ${mostLayers} layers.`, {
          hint: 'Keep or discard the changes, or go back to an earlier checkpoint.',
        });
      const seal = isChanged ? await nextLayer(book.pool) : null;
      const here = seal === null ? book.layers : [...book.layers, seal];
      const next = target === null ? here : [...target];
      const checkpoint = { ...left, layers: here };
      // The name was written down meanwhile.
      const current = { ...book, named: (await readBook(folder, run)).named };
      if (seal === null) {
        if (target !== null && live !== undefined) await renewed(live, { ...layersIn(book), names: next, seal });
        return finish(run, { ...current, layers: next }, checkpoint);
      }
      await writeBook(folder, run, { ...current, sealing: { layer: seal, next, checkpoint } });
      try {
        if (live === undefined) await sealChanges(driver, viewOf(folder, record), poolFolder(folder, book.pool), seal);
        else await renewed(live, { ...layersIn(book), names: next, seal });
      } catch (error) {
        const isRefused = error instanceof ClawholdError && error.code === 'state_programs_running';
        // Whatever else it was: the sandbox has ended, and what was begun is finished when somebody looks again.
        if (isRefused) await writeBook(folder, run, current);
        throw error;
      }
      return finish(run, { ...current, layers: next }, checkpoint);
    });
  }

  async function renewed(live: LiveRun, view: RenewedView): Promise<void> {
    await renew(live, view);
    use.mounted(live.id, view);
  }

  async function finish(run: RunId, book: Book, checkpoint: HeldCheckpoint): Promise<Book> {
    const next = { ...book, checkpoints: [...book.checkpoints, checkpoint] };
    await writeBook(folder, run, next);
    return next;
  }

  function newCheckpoint(book: Book, { name, step }: Occasion): HeldCheckpoint {
    const number = (book.checkpoints.at(-1)?.number ?? 0) + 1;
    return { number, name, step, time: new Date(now()).toISOString(), layers: [] };
  }

  /** The newest one that is what the view is now, if there is one. */
  async function unchanged(record: RunRecord, book: Book): Promise<HeldCheckpoint | undefined> {
    const same = book.checkpoints.findLast(({ layers }) => isSame(layers, book.layers));
    return same !== undefined && !(await hasNewChanges(driver, viewOf(folder, record))) ? same : undefined;
  }

  async function taken(run: RunId, occasion: Occasion): Promise<{ checkpoint: HeldCheckpoint; isNew: boolean }> {
    const record = await openRunRecord(folder, run);
    const book = await settled(run);
    if (occasion.name !== null && book.checkpoints.some(({ name }) => name === occasion.name))
      throw new ClawholdError('state_checkpoint_name_taken', `The run ${run} has a checkpoint "${occasion.name}".`);
    const same = occasion.name === null ? await unchanged(record, book) : undefined;
    if (same !== undefined) return { checkpoint: same, isNew: false };
    const { checkpoints, layers } = await move(record, book, null, newCheckpoint(book, occasion));
    thinner.begin(record, layers.length);
    return { checkpoint: last(checkpoints), isNew: true };
  }

  /** Waits for the room that is just being made, and only then. */
  async function turnWithRoom<Result>(run: RunId, work: () => Promise<Result>): Promise<Result> {
    try {
      return await turn(work);
    } catch (error) {
      const making = thinner.underWay(run);
      const isFull = error instanceof ClawholdError && error.code === 'state_too_many_checkpoints';
      if (!isFull || making === undefined) throw error;
      await making;
      return turn(work);
    }
  }

  return {
    list: (run) =>
      turn(async () => {
        await readRunRecord(folder, run);
        return (await settled(run)).checkpoints.map(toCheckpoint);
      }),

    take: (run, occasion) =>
      turnWithRoom(run, async () => {
        const { checkpoint, isNew } = await taken(run, occasion);
        return { checkpoint: toCheckpoint(checkpoint), isNew };
      }),

    restore: (run, to) =>
      turnWithRoom(run, async () => {
        const record = await openRunRecord(folder, run);
        const book = await settled(run);
        const target = findCheckpoint(run, book, to);
        const { checkpoints } = await move(record, book, target.layers, newCheckpoint(book, unnamed));
        return { checkpoint: toCheckpoint(target), left: toCheckpoint(last(checkpoints)) };
      }),

    fork: (run, from, record) =>
      turnWithRoom(run, async () => {
        const start =
          from === null ? (await taken(run, unnamed)).checkpoint : findCheckpoint(run, await settled(run), from);
        const { pool } = await readBook(folder, run);
        const first = { ...newCheckpoint(emptyBook(pool), { name: 'fork', step: null }), layers: start.layers };
        await writeBook(folder, record.run, { ...emptyBook(pool), layers: start.layers, checkpoints: [first] });
        return toCheckpoint(start);
      }),

    async viewAt(record, reference) {
      // Not in turn: whoever waits there to move the files waits for those who look at them.
      const written = await readBook(folder, record.run);
      const book = isSettled(written) ? written : await turn(() => settled(record.run));
      if (reference === undefined) return viewIn(record, book);
      const { layers } = findCheckpoint(record.run, book, reference);
      return { ...viewIn(record, { ...book, layers }), atCheckpoint: true };
    },

    layersOf: (run) =>
      turn(async () => {
        const layers = layersIn(await settled(run));
        use.mounted(run, layers);
        return layers;
      }),

    looking: use.looking,

    async discard(record) {
      await thinner.underWay(record.run);
      await turn(async () => {
        const book = await settled(record.run);
        await discardChanges(driver, viewOf(folder, record));
        use.unmounted(record.run);
        const dropping = [...new Set([...book.dropping, ...layersNeeded(book)])];
        const next = { ...book, layers: [], checkpoints: [], dropping };
        await writeBook(folder, record.run, next);
        await dropUnused(record, next, use.unmountable(droppingIn(next)));
      });
    },
  };
}

const unnamed: Occasion = { name: null, step: null };

/** Of three letters and digits: see `ViewLayers`. */
const mostNames = 36 ** 3;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((layer, index) => layer === other[index]);
}

function last(checkpoints: readonly HeldCheckpoint[]): HeldCheckpoint {
  const found = checkpoints.at(-1);
  if (found === undefined) throw new Error('a checkpoint was just written');
  return found;
}

function toCheckpoint({ layers: _layers, ...checkpoint }: HeldCheckpoint): Checkpoint {
  return checkpoint;
}
