import { actionDigest } from '@clawhold/approvals';
import {
  type Approval,
  type ApprovalId,
  type Approvers,
  type CanonicalAction,
  ClawholdError,
  type Grant,
  ledgerEvent,
  type Reason,
  type RunId,
} from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { Recorder } from '../audit/recorder.ts';
import type { Database } from '../store/database.ts';
import { notify } from '../store/notify.ts';
import type { Signals } from '../store/signals.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { ApprovalKey } from './answers.ts';
import type { ApprovalStore } from './approval-store.ts';

const waitMilliseconds = 20_000;
const sweepMilliseconds = 500;

/** Why people are asked, and who must agree. */
export interface QuestionTerms {
  readonly reasons: readonly Reason[];
  readonly approvers: Approvers;
}

/** The life of questions to people: put, answered, used once, or ended. Every step is in the ledger before it counts. */
export interface ApprovalService {
  request(action: CanonicalAction, digest: string, terms: QuestionTerms): Promise<Approval>;
  /** Of several who must agree one more: the answer says whether that was the last. */
  approve(approval: ApprovalId, digest: string, by: string): Promise<Approval>;
  deny(approval: ApprovalId, by: string): Promise<Approval>;
  consume(approval: ApprovalId, digest: string): Promise<Grant>;
  /** Answers when it is no longer pending, or after 20 seconds. */
  awaitEnd(approval: ApprovalId, signal: AbortSignal): Promise<Approval>;
  /** Ends every open question of a run, or of all. */
  void(run: RunId | null): Promise<void>;
  /** Starts ending what nobody answered in time. */
  startExpiring(): Disposable;
}

export interface ApprovalServiceParts {
  readonly database: Kysely<Database>;
  readonly store: ApprovalStore;
  readonly ledger: Recorder;
  readonly timeline: Timeline;
  readonly signals: Signals;
}

export function createApprovalService(parts: ApprovalServiceParts): ApprovalService {
  const { database, store, ledger, timeline, signals } = parts;

  async function announceEnd(approval: ApprovalKey, state: 'approved' | 'denied' | 'expired' | 'void'): Promise<void> {
    await timeline.append(approval.run, [
      { key: `${approval.id}/${state}`, body: { kind: 'approval.ended', approval: approval.id, state } },
    ]);
    await notify(database, `approval/${approval.id}`);
    await notify(database, 'approvals');
  }

  async function announceAgreement({ id, run, agreed, approvers }: Approval, by: string): Promise<void> {
    const text = `${by} agreed to ${id}: ${agreed.length} of ${approvers.count} people.`;
    await timeline.append(run, [{ key: `${id}/agreed/${by}`, body: { kind: 'note', level: 'info', text } }]);
    await notify(database, 'approvals');
  }

  const recordEnd =
    (kind: 'approval.expired' | 'approval.voided') =>
    (approvals: readonly ApprovalKey[]): Promise<unknown> =>
      ledger.append(approvals.map(({ id, run }) => ledgerEvent(kind, { approval: id }, { actor: 'api', run })));

  return {
    async request(action, digest, terms) {
      // The supervisor computed it; what a person will see must be what it stands for.
      if (actionDigest(action) !== digest)
        throw new ClawholdError('input_digest_mismatch', 'The digest is not that of the action.');
      const { approval, isNew, voided } = await store.request(action, digest, terms, ({ asked, voided: older }) =>
        ledger.append([
          ...older.map((key) => ledgerEvent('approval.voided', { approval: key.id }, { actor: 'api', run: key.run })),
          ledgerEvent(
            'approval.requested',
            { approval: asked.id, digest, expires: action.expires },
            { actor: 'supervisor', run: asked.run },
          ),
        ]),
      );
      if (!isNew) return approval;
      const { id, run, step } = approval;
      for (const older of voided) await announceEnd(older, 'void');
      await timeline.append(run, [
        {
          key: id,
          body: { kind: 'approval', approval: id, step, summary: terms.reasons.map(({ text }) => text).join(' ') },
        },
      ]);
      await notify(database, 'approvals');
      return approval;
    },

    async approve(approval, digest, by) {
      const answered = await store.agree(approval, { digest, by }, ({ run, agreed, needed }) => {
        const origin = { actor: `person:${by}`, run };
        return ledger.append([
          agreed < needed
            ? ledgerEvent('approval.agreed', { approval, digest, by, agreed, needed }, origin)
            : ledgerEvent('approval.granted', { approval, digest, by }, origin),
        ]);
      });
      if (answered.state === 'approved') await announceEnd(answered, 'approved');
      else await announceAgreement(answered, by);
      return answered;
    },

    async deny(approval, by) {
      const decided = await store.deny(approval, by, ({ run }) =>
        ledger.append([ledgerEvent('approval.denied', { approval, by }, { actor: `person:${by}`, run })]),
      );
      await announceEnd(decided, 'denied');
      return decided;
    },

    async consume(approval, digest) {
      // First used, then recorded, then handed over: when recording fails it is used up and nobody has it.
      const grant = await store.consume(approval, digest);
      const { run } = await store.read(approval);
      await ledger.append([
        ledgerEvent('approval.consumed', { approval, grant: grant.id, digest }, { actor: 'supervisor', run }),
      ]);
      return grant;
    },

    async awaitEnd(approval, signal) {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(waitMilliseconds)]);
      const subscription = signals.subscribe(`approval/${approval}`, patience);
      let current = await store.read(approval);
      while (current.state === 'pending' && !patience.aborted) {
        await subscription.next();
        current = await store.read(approval);
      }
      return current;
    },

    async void(run) {
      const ended = await store.void(run, recordEnd('approval.voided'));
      for (const approval of ended) await announceEnd(approval, 'void');
    },

    startExpiring() {
      let sweeping = false;
      const timer = setInterval(async () => {
        if (sweeping) return;
        sweeping = true;
        try {
          const ended = await store.expire(recordEnd('approval.expired'));
          for (const approval of ended) await announceEnd(approval, 'expired');
          const left = await store.voidLeft(recordEnd('approval.voided'));
          for (const approval of left) await announceEnd(approval, 'void');
        } catch {
          // A lost database is reported by those who need it; expired questions cannot be answered or used anyway.
        } finally {
          sweeping = false;
        }
      }, sweepMilliseconds);
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}
