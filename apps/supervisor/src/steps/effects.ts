import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inverseSchema, type RunId } from '@clawhold/spec';
import { z } from 'zod';
import { runFolder } from '../runs/run-folder.ts';

const effectSchema = z.object({ what: z.string(), inverse: inverseSchema, status: z.string() });
type Effect = z.infer<typeof effectSchema>;

/** What a run did outside its files, each with how it could be taken back. */
export interface Effects {
  record(run: RunId, effect: Effect): Promise<void>;
  /** One honest sentence for each effect that taking back the files does not take back. */
  remaining(run: RunId): Promise<readonly string[]>;
}

export function createEffects(root: string): Effects {
  const path = (run: RunId): string => join(runFolder(root, run), 'effects.ndjson');
  return {
    async record(run, effect) {
      await mkdir(dirname(path(run)), { recursive: true, mode: 0o700 });
      await appendFile(path(run), `${JSON.stringify(effect)}\n`, { mode: 0o600, flush: true });
    },
    async remaining(run) {
      const text = await readFile(path(run), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => sentenceOf(effectSchema.parse(JSON.parse(line))));
    },
  };
}

function sentenceOf({ what, inverse, status }: Effect): string {
  if (inverse.kind !== 'call') return `${what} (${status}) cannot be taken back.`;
  const { method, path } = inverse.arguments;
  return `${what} (${status}) was not taken back; ${String(method)} ${String(path)} would do it.`;
}
