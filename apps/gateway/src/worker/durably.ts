import { ClawholdError } from '@clawhold/spec';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { RunEnded } from './run-ended.ts';

type Recorded<Value> = { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'ended' };

/**
 * Does something once and records what came of it in the workflow's journal. After a crash the recorded value is
 * returned without doing it again; what was begun and not recorded is begun again, so the body must bear that.
 *
 * The journal is not encrypted by us. A value must hold references and small facts only, never a prompt, an argument
 * or an output; and no foreign error gets in, because libraries put requests into theirs.
 *
 * @throws RunEnded when the body found that the run has ended.
 */
export async function durably<Value>(name: string, body: () => Promise<Value>): Promise<Value> {
  const recorded = await DBOS.runStep(
    async (): Promise<Recorded<Value>> => {
      try {
        return { kind: 'value', value: await body() };
      } catch (error) {
        if (error instanceof RunEnded) return { kind: 'ended' };
        throw withoutContent(error);
      }
    },
    { name },
  );
  if (recorded.kind === 'ended') throw new RunEnded();
  return recorded.value;
}

/** Our own errors are clear sentences; of all others the kind is kept, not the words. */
function withoutContent(error: unknown): ClawholdError {
  if (error instanceof ClawholdError)
    return new ClawholdError(error.code, error.message, {
      status: error.status,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  const kind = error instanceof Error ? error.name : typeof error;
  // Where it happened helps whoever reads the log; the words of the error may hold what people and agents said.
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  process.stderr.write(`worker: ${kind}\n${frames.slice(0, 8).join('\n')}\n`);
  return new ClawholdError('worker_internal', `A step of the run failed inside Clawhold (${kind}).`);
}
