import { type FileHandle, open, readFile } from 'node:fs/promises';
import { type BlobId, id, type StepId } from '@clawhold/spec';
import { z } from 'zod';

const lineSchema = z.discriminatedUnion('kind', [
  /** Written before the effect. Two of them for a step: a process died in between. */
  z.object({ kind: z.literal('intended'), step: id('step'), effect: z.enum(['read', 'other']), call: id('blob') }),
  /** Written after it; the outcome itself is encrypted in the gateway. */
  z.object({ kind: z.literal('ended'), step: id('step'), outcome: id('blob') }),
]);
type Line = z.infer<typeof lineSchema>;

/** What is known of a step: nothing, begun by a process that did not live to tell, or its outcome. */
export type StepRecord =
  | { readonly kind: 'new' }
  | { readonly kind: 'begun'; readonly effect: 'read' | 'other'; readonly call: BlobId }
  | { readonly kind: 'ended'; readonly call: BlobId; readonly outcome: BlobId };

/** The steps of one run, on disk before their effect: no step whose outcome is recorded is ever repeated. */
export interface StepJournal {
  find(step: StepId): StepRecord;
  /** In the order in which they began. */
  all(): readonly StepRecord[];
  intend(step: StepId, effect: 'read' | 'other', call: BlobId): Promise<void>;
  end(step: StepId, outcome: BlobId): Promise<void>;
  close(): Promise<void>;
}

/** Opens the journal of a run. A last line that a crash cut off was never acted on and is dropped. */
export async function openStepJournal(path: string): Promise<StepJournal> {
  const records = new Map<StepId, StepRecord>();
  const apply = (line: Line): void => {
    const known = records.get(line.step);
    if (line.kind === 'intended') records.set(line.step, { kind: 'begun', effect: line.effect, call: line.call });
    else if (known !== undefined && known.kind !== 'new')
      records.set(line.step, { kind: 'ended', call: known.call, outcome: line.outcome });
  };
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const line of whole.split('\n')) if (line !== '') apply(lineSchema.parse(JSON.parse(line)));
  const file: FileHandle = await open(path, 'a', 0o600);
  if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));

  async function append(line: Line): Promise<void> {
    await file.appendFile(`${JSON.stringify(line)}\n`);
    await file.datasync();
    apply(line);
  }

  return {
    find: (step) => records.get(step) ?? { kind: 'new' },
    all: () => [...records.values()],
    intend: (step, effect, call) => append({ kind: 'intended', step, effect, call }),
    end: (step, outcome) => append({ kind: 'ended', step, outcome }),
    close: () => file.close(),
  };
}
