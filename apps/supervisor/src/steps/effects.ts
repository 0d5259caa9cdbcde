import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunId } from '@clawhold/spec';
import { z } from 'zod';
import { runFolder } from '../runs/run-folder.ts';

const lineSchema = z.discriminatedUnion('kind', [
  /** Written before the first byte leaves. */
  z.object({
    kind: z.literal('sent'),
    id: z.string(),
    what: z.string(),
    inverse: z.object({ method: z.string(), path: z.string() }).nullable(),
  }),
  z.object({ kind: z.literal('answered'), id: z.string(), status: z.number().int() }),
  /** A tunnel that nobody reads: opened before its first byte, and what it carried when it ended. */
  z.object({ kind: z.literal('opened'), id: z.string(), where: z.string(), time: z.iso.datetime() }),
  z.object({
    kind: z.literal('closed'),
    id: z.string(),
    requestBytes: z.number().int(),
    responseBytes: z.number().int(),
  }),
]);
type Line = z.infer<typeof lineSchema>;
type Of<Kind extends Line['kind']> = Extract<Line, { kind: Kind }>;
type Sent = Of<'sent'>;

/** What a run did outside its files, each with how it could be taken back. */
export interface Effects {
  /** Settles when it is on disk: before that nothing may leave. Gives the id for {@link answered}. */
  sent(run: RunId, effect: Pick<Sent, 'what' | 'inverse'>): Promise<string>;
  answered(run: RunId, id: string, status: number): Promise<void>;
  /**
   * A tunnel that is not read inside: what goes through it may have any effect. Settles when it is on disk; gives the id for
   * {@link closed}.
   *
   * @param where `host:port`.
   */
  opened(run: RunId, where: string): Promise<string>;
  closed(run: RunId, id: string, carried: Pick<Of<'closed'>, 'requestBytes' | 'responseBytes'>): Promise<void>;
  /** One honest sentence for each effect that taking back the files does not take back. */
  remaining(run: RunId): Promise<readonly string[]>;
}

/** @param now milliseconds since 1970. */
export function createEffects(root: string, now: () => number): Effects {
  const path = (run: RunId): string => join(runFolder(root, run), 'effects.ndjson');

  async function append(run: RunId, line: Line): Promise<void> {
    await mkdir(dirname(path(run)), { recursive: true, mode: 0o700 });
    // A line that a crash cut off gets its own end, so that it spoils only itself.
    await appendFile(path(run), `\n${JSON.stringify(line)}`, { mode: 0o600, flush: true });
  }

  return {
    async sent(run, effect) {
      const id = randomUUID();
      await append(run, { kind: 'sent', id, ...effect });
      return id;
    },

    answered: (run, id, status) => append(run, { kind: 'answered', id, status }),

    async opened(run, where) {
      const id = randomUUID();
      await append(run, { kind: 'opened', id, where, time: new Date(now()).toISOString() });
      return id;
    },

    closed: (run, id, { requestBytes, responseBytes }) =>
      append(run, { kind: 'closed', id, requestBytes, responseBytes }),

    async remaining(run) {
      const text = await readFile(path(run), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      const lines = text.split('\n').flatMap(readLine);
      const statuses = new Map(lines.flatMap((line) => (line.kind === 'answered' ? [[line.id, line.status]] : [])));
      const carried = new Map(lines.flatMap((line) => (line.kind === 'closed' ? [[line.id, line]] : [])));
      return lines.flatMap((line) => {
        if (line.kind === 'sent') return [sentenceOf(line, statuses.get(line.id))];
        return line.kind === 'opened' ? [tunnelSentence(line, carried.get(line.id))] : [];
      });
    },
  };
}

function readLine(text: string): readonly Line[] {
  try {
    return [lineSchema.parse(JSON.parse(text))];
  } catch {
    // Cut off by a crash: what it would have told was not sent yet.
    return [];
  }
}

function tunnelSentence({ where, time }: Of<'opened'>, carried: Of<'closed'> | undefined): string {
  const bytes =
    carried === undefined
      ? 'nobody knows how many bytes'
      : `${carried.requestBytes} bytes out and ${carried.responseBytes} bytes in`;
  return `A connection to ${where} at ${time} carried ${bytes}, unread; what it did cannot be taken back.`;
}

function sentenceOf({ what, inverse }: Sent, status: number | undefined): string {
  const subject = `${what} (${status === undefined ? 'no answer known' : `answered ${status}`})`;
  if (inverse === null) return `${subject} cannot be taken back.`;
  return `${subject} was not taken back; ${inverse.method} ${inverse.path} would do it.`;
}
