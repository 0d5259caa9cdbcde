import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ClawholdError } from '@clawhold/spec/error';
import { readIfThere } from '../agents/agent-files.ts';
import { hasEnded, ownProcess } from '../agents/attempt-name.ts';

/** What an adoption makes besides the agent's own files: written before any of it is made, so that it can always go back. */
export interface AdoptionRecord {
  readonly name: string;
  /** The folder that was read, and never changed. */
  readonly source: string;
  readonly time: string;
  /** Names of the credentials that it stores. */
  readonly credentials: readonly string[];
  /** The process that is at work, or was. */
  readonly by: string;
  /** All of it was made. */
  readonly isWhole: boolean;
}

/** Where the record of an adoption lies: with the operator's configuration, without any secret. */
function recordPath(home: string, name: string): string {
  return join(home, 'configuration', 'adoptions', `${name}.json`);
}

export async function readRecord(home: string, name: string): Promise<AdoptionRecord | undefined> {
  const text = await readIfThere(recordPath(home, name));
  return text === undefined ? undefined : (JSON.parse(text) as AdoptionRecord); // written below, in one step
}

/** Whether the process of a record is at work on it. */
export function isUnderWay({ by, isWhole }: AdoptionRecord): boolean {
  return !isWhole && by !== ownProcess() && !hasEnded(by);
}

/** @throws ClawholdError `state_adopt_under_way` when somebody else was faster. */
export async function beginRecord(
  home: string,
  record: Pick<AdoptionRecord, 'name' | 'source' | 'credentials'>,
): Promise<AdoptionRecord> {
  const begun = { ...record, time: new Date().toISOString(), by: ownProcess(), isWhole: false };
  const path = recordPath(home, record.name);
  const own = await write(path, begun);
  try {
    await link(own, path);
  } catch (cause) {
    throw underWay(record.name, { cause });
  } finally {
    await rm(own, { force: true });
  }
  return begun;
}

/** Somebody else is at it. */
export function underWay(name: string, options: { readonly cause?: unknown } = {}): ClawholdError {
  return new ClawholdError('state_adopt_under_way', `"${name}" is being adopted at this moment.`, {
    ...options,
    hint: 'Wait for its end, or take another name with --name.',
  });
}

export async function endRecord(home: string, record: AdoptionRecord): Promise<void> {
  const path = recordPath(home, record.name);
  await rename(await write(path, { ...record, isWhole: true }), path);
}

export async function removeRecord(home: string, name: string): Promise<void> {
  await rm(recordPath(home, name), { force: true });
}

async function write(path: string, record: AdoptionRecord): Promise<string> {
  const own = `${path}.${ownProcess()}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(own, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644, flush: true });
  return own;
}
