import { statfs } from 'node:fs/promises';
import { measureView, type SandboxDriver, type TaskFolderView, type ViewUsage } from '@clawhold/sandbox';
import { ClawholdError, type RunId } from '@clawhold/spec';
import type { LiveRun } from '../runs/live-run.ts';
import type { RunRecord } from '../runs/run-folder.ts';

/** How often the free space of the disk is looked at, which costs one call for all runs. */
const lookMilliseconds = 250;

/** Runs are counted when this part of a run's quota went from the disk, whoever took it. */
const noticedPart = 1 / 32;

/** Of the time, how much a run may stand still to be counted: one part of this many. */
const countingPart = 10;

type WatchedRun = Pick<LiveRun, 'id' | 'record'> & {
  readonly frost: Pick<LiveRun['frost'], 'during'>;
  readonly sandbox: Pick<LiveRun['sandbox'], 'kill'>;
};

export interface RunDiskParts {
  /** A folder on the disk that takes what runs write. */
  readonly folder: string;
  readonly driver: Pick<SandboxDriver, 'job'>;
  readonly viewAt: (record: RunRecord) => Promise<TaskFolderView>;
  readonly quota: ViewUsage;
}

/** What runs may take of the disk. No file system has quotas for folders everywhere, so it is counted and enforced late. */
export interface RunDisk {
  /** Of each run. */
  readonly quota: ViewUsage;
  /** @throws ClawholdError `sandbox_disk_quota` when a run that is to go on has taken more than it may. */
  assertRoom(record: RunRecord): Promise<void>;
  /** Ends the sandbox of each run that takes too much, soon after it did. */
  watch(runs: { all(): readonly WatchedRun[] }, onOver: (run: RunId, sentence: string) => void): Disposable;
}

export function createRunDisk({ folder, driver, viewAt, quota }: RunDiskParts): RunDisk {
  const measure = async (record: RunRecord): Promise<ViewUsage> => measureView(driver, await viewAt(record), quota);

  return {
    quota,

    async assertRoom(record) {
      const usage = await measure(record);
      if (!isOver(usage, quota)) return;
      throw new ClawholdError('sandbox_disk_quota', tooMuch(quota), {
        hint: `Keep or discard its changes, or go back to a checkpoint: npx clawhold diff ${record.run}`,
      });
    },

    watch(runs, onOver) {
      let seen: Room | undefined;
      let notBefore = 0;
      let counting = false;

      async function look(): Promise<void> {
        const live = runs.all();
        const room = await roomOf(folder);
        seen = seen === undefined || live.length === 0 ? room : highest(seen, room);
        if (live.length === 0 || performance.now() < notBefore || !hasShrunk(seen, room, quota)) return;
        seen = room;
        const begun = performance.now();
        for (const run of live) await settle(run);
        notBefore = performance.now() + (performance.now() - begun) * (countingPart - 1);
      }

      async function settle(run: WatchedRun): Promise<void> {
        const over = await run.frost.during(async () => isOver(await measure(run.record), quota)).catch(isUncountable);
        if (!over || !runs.all().includes(run)) return;
        onOver(run.id, tooMuch(quota));
        await run.sandbox.kill();
      }

      function lookAgain(): void {
        if (counting) return;
        counting = true;
        look()
          .catch((error: unknown) => console.error(error))
          .finally(() => {
            counting = false;
          });
      }

      // At once: what the first run takes soon after its start is compared with what there was before it.
      lookAgain();
      const timer = setInterval(lookAgain, lookMilliseconds).unref();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}

interface Room {
  readonly bytes: number;
  readonly files: number;
}

async function roomOf(folder: string): Promise<Room> {
  const { bfree, bsize, ffree } = await statfs(folder);
  return { bytes: bfree * bsize, files: ffree };
}

function highest(one: Room, other: Room): Room {
  return { bytes: Math.max(one.bytes, other.bytes), files: Math.max(one.files, other.files) };
}

function hasShrunk(before: Room, now: Room, quota: ViewUsage): boolean {
  return before.bytes - now.bytes > quota.bytes * noticedPart || before.files - now.files > quota.entries * noticedPart;
}

/** What a file job cannot count while it stands still is too much; a sandbox that just ended is no matter of ours. */
function isUncountable(error: unknown): boolean {
  if (error instanceof ClawholdError && error.code.startsWith('files_')) return true;
  console.error(error);
  return false;
}

function isOver(usage: ViewUsage, quota: ViewUsage): boolean {
  return usage.bytes > quota.bytes || usage.entries > quota.entries;
}

function tooMuch({ bytes, entries }: ViewUsage): string {
  return `The run wrote more than ${Math.floor(bytes / 1024 ** 2)} MiB, or more than ${entries} files, into its copy of the task folder.`;
}
