import { randomBytes } from 'node:crypto';
import { type LedgerEvent, ledgerEvent } from '@clawhold/spec';
import type { Ledger } from '../../apps/gateway/src/ledger/ledger.ts';

/** How a ledger is written to. */
export interface LedgerWorkload {
  readonly name: string;
  readonly callers: number;
  readonly recordsPerAppend: number;
  readonly appendsPerCaller: number;
}

export const ledgerWorkloads: readonly LedgerWorkload[] = [
  { name: '1 caller, 1 record at a time', callers: 1, recordsPerAppend: 1, appendsPerCaller: 400 },
  { name: '64 callers, 1 record at a time', callers: 64, recordsPerAppend: 1, appendsPerCaller: 200 },
  { name: '16 callers, 256 records at a time', callers: 16, recordsPerAppend: 256, appendsPerCaller: 60 },
];

export interface AppendTimes {
  readonly records: number;
  readonly seconds: number;
  /** Milliseconds of each append, until its records were durable. */
  readonly latencies: readonly number[];
}

/** Lets all callers append at once, each one append after the other. */
export async function runWorkload(ledger: Ledger, workload: LedgerWorkload): Promise<AppendTimes> {
  const { callers, recordsPerAppend, appendsPerCaller } = workload;
  const events = Array.from({ length: recordsPerAppend }, (_, index) => makeEvent(index));
  const latencies: number[] = [];
  const before = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let append = 0; append < appendsPerCaller; append += 1) {
        const start = performance.now();
        await ledger.append(events);
        latencies.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - before) / 1_000;
  return { records: callers * appendsPerCaller * recordsPerAppend, seconds, latencies };
}

/** An event of the usual size: about 330 bytes as a line of the ledger. */
function makeEvent(index: number): LedgerEvent {
  const argumentsDigest = randomBytes(32).toString('hex');
  const step = `stp_${String(index % 10 ** 10).padStart(10, '0')}` as const;
  return ledgerEvent(
    'step.intended',
    { step, tool: 'file.edit', effect: 'reversible', argumentsDigest },
    { actor: 'supervisor', run: 'run_7k2m9qx4hc' },
  );
}
