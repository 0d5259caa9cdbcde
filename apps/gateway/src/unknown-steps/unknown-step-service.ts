import { createHash } from 'node:crypto';
import { ledgerEvent, type RunId, type StepId, type UnknownStep } from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { Recorder } from '../audit/recorder.ts';
import type { Database } from '../store/database.ts';
import { notify } from '../store/notify.ts';
import type { Signals } from '../store/signals.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { Finding, LostStep, UnknownStepStore } from './unknown-step-store.ts';

const waitMilliseconds = 20_000;

/** Steps whose result was lost: reported by the worker, settled by people. */
export interface UnknownStepService {
  report(lost: LostStep): Promise<UnknownStep>;
  settle(run: RunId, step: StepId, finding: Finding): Promise<UnknownStep>;
  /** Answers when the step is no longer open, or after 20 seconds. */
  awaitVerdict(run: RunId, step: StepId, signal: AbortSignal): Promise<UnknownStep>;
}

export interface UnknownStepServiceParts {
  readonly database: Kysely<Database>;
  readonly store: UnknownStepStore;
  readonly ledger: Recorder;
  readonly timeline: Timeline;
  readonly signals: Signals;
}

const topic = (run: RunId, step: StepId): string => `verdict/${run}/${step}`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createUnknownStepService(parts: UnknownStepServiceParts): UnknownStepService {
  const { database, store, ledger, timeline, signals } = parts;
  return {
    report: (lost) =>
      store.report(lost, () => {
        const { run, step, tool } = lost;
        return ledger.append([ledgerEvent('step.lost', { step, tool }, { actor: 'worker', run })]);
      }),

    async settle(run, step, finding) {
      const { verdict, note, by } = finding;
      const settled = await store.settle(run, step, finding, () => {
        const body = { step, verdict, by, noteDigest: note === null ? null : sha256(note) };
        return ledger.append([ledgerEvent('step.settled', body, { actor: `person:${by}`, run })]);
      });
      await timeline.append(run, [{ key: `${step}/settled`, body: { kind: 'step.settled', step, verdict, by, note } }]);
      await notify(database, topic(run, step));
      return settled;
    },

    async awaitVerdict(run, step, signal) {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMilliseconds)]);
      const subscription = signals.subscribe(topic(run, step), patience);
      let current = await store.read(run, step);
      while (current.state === 'open' && !patience.aborted) {
        await subscription.next();
        current = await store.read(run, step);
      }
      return current;
    },
  };
}
