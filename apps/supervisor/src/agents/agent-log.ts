import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { agentChangeSchema, agentSnapshotSchema, id } from '@clawhold/spec';
import { z } from 'zod';
import { syncFolder } from '../disk/write-whole.ts';

/** One line for each thing that happened to the state of an agent, the oldest first. */
const entrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('kept'),
    run: id('run'),
    begun: z.string(),
    /** The run had seen what is secret, so this may tell it. */
    isSecret: z.boolean(),
    change: agentChangeSchema,
  }),
  z.object({ kind: z.literal('undone'), run: id('run'), time: z.string() }),
  agentSnapshotSchema.extend({ kind: z.literal('snapshot') }),
  /** What follows is about the state as it was at that snapshot. */
  z.object({ kind: z.literal('restored'), number: z.number().int(), time: z.string() }),
  /** The folder of the state is another one: somebody put a copy in its place, as from a backup. */
  z.object({ kind: z.literal('replaced'), time: z.string() }),
]);
export type LogEntry = z.infer<typeof entrySchema>;
export type Kept = Extract<LogEntry, { kind: 'kept' }>;

/** What a run made of the state, and was not taken back. */
export interface StandingChange {
  readonly kept: Kept;
  /** It came back with a snapshot or a copy: what it takes to undo it alone is not there any more. */
  readonly isPast: boolean;
}

/** Every line of a log. One that a crash cut was never told to anybody. */
export async function readLog(path: string): Promise<readonly LogEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return [entrySchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

export async function writeLog(path: string, entry: LogEntry): Promise<void> {
  // A line of its own, also behind one that a crash cut.
  await appendFile(path, `\n${JSON.stringify(entry)}\n`, { mode: 0o600, flush: true });
  await syncFolder(dirname(path));
}

const past = ({ kept }: StandingChange): StandingChange => ({ kept, isPast: true });

/** What the state is made of, the newest first. */
export function standingOf(log: readonly LogEntry[]): readonly StandingChange[] {
  let standing: readonly StandingChange[] = [];
  const atSnapshots = new Map<number, readonly StandingChange[]>();
  for (const entry of log)
    switch (entry.kind) {
      case 'kept':
        standing = [...standing, { kept: entry, isPast: false }];
        break;
      case 'undone':
        standing = standing.filter(({ kept }) => kept.run !== entry.run);
        break;
      case 'snapshot':
        atSnapshots.set(entry.number, standing);
        break;
      case 'restored':
        standing = (atSnapshots.get(entry.number) ?? []).map(past);
        break;
      case 'replaced':
        standing = standing.map(past);
        break;
      default:
        entry satisfies never;
    }
  return standing.toReversed();
}
