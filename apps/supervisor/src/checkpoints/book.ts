import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointSchema, id, type RunId } from '@clawhold/spec';
import { z } from 'zod';
import { writeWhole } from '../disk/write-whole.ts';
import { runFolder } from '../runs/run-folder.ts';

const heldSchema = checkpointSchema.extend({
  /** The layers of the view at that moment, the oldest first. */
  layers: z.array(z.string()),
});

const bookSchema = z.object({
  /** The run in whose storage the layers lie: its own, or the first of those that were forked from each other. */
  pool: id('run'),
  /** Of the view now, below what takes changes. */
  layers: z.array(z.string()),
  checkpoints: z.array(heldSchema),
  /** Written before it is done, and done again if nobody says that it is: what was written becomes a layer. */
  sealing: z.object({ layer: z.string(), next: z.array(z.string()), checkpoint: heldSchema }).nullable(),
  /** Layers that nobody needs any more and that may still lie there. */
  dropping: z.array(z.string()),
  /** How many layers its storage ever had: no name is given twice. */
  named: z.number().int(),
});

/** A checkpoint with what makes it one. */
export type HeldCheckpoint = z.infer<typeof heldSchema>;

/** The checkpoints of one run, as they lie on disk. */
export type Book = z.infer<typeof bookSchema>;

const path = (root: string, run: RunId): string => join(runFolder(root, run), 'checkpoints.json');

/** That of a run without checkpoints. @param pool the run in whose storage its layers will lie. */
export function emptyBook(pool: RunId): Book {
  return { pool, layers: [], checkpoints: [], sealing: null, dropping: [], named: 0 };
}

/** The empty one when there is none. */
export async function readBook(root: string, run: RunId): Promise<Book> {
  const text = await readFile(path(root, run), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return emptyBook(run);
  return bookSchema.parse(JSON.parse(text));
}

export async function writeBook(root: string, run: RunId, book: Book): Promise<void> {
  await mkdir(runFolder(root, run), { recursive: true, mode: 0o700 });
  await writeWhole(path(root, run), JSON.stringify(book));
}

/** Where the layers lie. */
export function poolFolder(root: string, pool: RunId): string {
  return join(runFolder(root, pool), 'view', 'layers');
}

/** What is about to become a layer did. Then the book says what the view is; layers may still be left to drop. */
export function isSettled({ sealing }: Book): boolean {
  return sealing === null;
}

/** All layers that the view, or one of its checkpoints, is made of. */
export function layersNeeded({ layers, checkpoints, sealing }: Book): string[] {
  const all = [
    layers,
    ...checkpoints.map((held) => held.layers),
    sealing?.next ?? [],
    sealing?.checkpoint.layers ?? [],
  ];
  return [...new Set(all.flat())];
}
