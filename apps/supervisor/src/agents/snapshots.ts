import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentSnapshot } from '@clawhold/spec';
import { copyTree } from '../disk/copy-tree.ts';
import { syncFolder } from '../disk/write-whole.ts';
import type { LogEntry } from './agent-log.ts';

/** So many stay; the oldest that nobody asked for goes first. */
const mostSnapshots = 20;

/** The copies of what one agent kept at a time, beside what it keeps now. */
export interface SnapshotShelf {
  /** Copies the state. It counts once it is in the log. */
  take(number: number): Promise<{ readonly files: number; readonly bytes: number }>;
  /** Those that are there, the newest first. */
  standing(log: readonly LogEntry[]): Promise<readonly AgentSnapshot[]>;
  /** Makes room for one more. @param spared one that stays. */
  thin(log: readonly LogEntry[], spared: number | undefined): Promise<void>;
  /** Makes a copy of a snapshot that {@link swap} puts in the place of the state. */
  prepare(number: number): Promise<void>;
  /** Puts what was prepared in the place of the state. Done again after a crash, it goes on where it was. */
  swap(): Promise<void>;
  /** After a crash: finishes a restoration that is in the log, forgets one that is not. */
  recover(log: readonly LogEntry[]): Promise<void>;
}

/** @param folder of the agent: `state` is what it keeps, and `snapshots` lies beside it. */
export function snapshotShelf(folder: string): SnapshotShelf {
  const shelf = join(folder, 'snapshots');
  const [state, next, last] = ['state', 'state.next', 'state.last'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]; // three names, three paths
  const placeOf = (number: number): string => join(shelf, String(number));
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

  /** A copy comes to its place whole. */
  async function copyTo(from: string, to: string): Promise<{ readonly files: number; readonly bytes: number }> {
    await remove(`${to}.part`);
    const copied = await copyTree(from, `${to}.part`);
    await rename(`${to}.part`, to);
    return copied;
  }

  async function standing(log: readonly LogEntry[]): Promise<readonly AgentSnapshot[]> {
    const all = log.flatMap((entry) => (entry.kind === 'snapshot' ? [entry] : [])).toReversed();
    const there = await Promise.all(all.map(({ number }) => isThere(placeOf(number))));
    return all.filter((_, index) => there[index]).map(({ kind: _kind, ...snapshot }) => snapshot);
  }

  async function swap(): Promise<void> {
    if ((await isThere(next)) && (await isThere(state))) {
      await remove(last);
      await rename(state, last);
    }
    if (await isThere(next)) await rename(next, state);
    await syncFolder(folder);
    await remove(last);
  }

  return {
    standing,
    swap,
    async take(number) {
      await mkdir(shelf, { recursive: true, mode: 0o700 });
      // Of an attempt that never came to the log.
      await remove(placeOf(number));
      return copyTo(state, placeOf(number));
    },
    async thin(log, spared) {
      const all = (await standing(log)).toReversed();
      const [unasked, asked] = [all.filter(({ why }) => why !== 'asked'), all.filter(({ why }) => why === 'asked')];
      const first = [...unasked, ...asked].filter(({ number }) => number !== spared);
      for (const { number } of first.slice(0, Math.max(0, all.length - mostSnapshots + 1)))
        await remove(placeOf(number));
    },
    async prepare(number) {
      await remove(next);
      await copyTo(placeOf(number), next);
    },
    async recover(log) {
      if (log.at(-1)?.kind === 'restored' && ((await isThere(next)) || !(await isThere(state)))) await swap();
      await remove(next);
      if ((await isThere(last)) && !(await isThere(state))) await rename(last, state);
      await remove(last);
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
