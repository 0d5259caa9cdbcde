import { counterWindow, decide, type Snapshot } from '@clawhold/policy';
import {
  type Decision,
  type EventBody,
  ledgerEvent,
  type Obligation,
  type Question,
  type Reason,
  type RunId,
  type StepId,
  type Usage,
} from '@clawhold/spec';
import type { Gateway } from '../gateway/gateway.ts';
import type { Lease } from '../gateway/lease.ts';
import type { Reserved, RunUsage } from './run-usage.ts';

/** Whose question it is, and what counts for it. */
export interface Asker {
  readonly run: RunId;
  readonly snapshot: Snapshot;
  readonly usage: RunUsage;
}

/** What the decision was about, in words for the timeline. */
export interface Circumstances {
  readonly step: StepId | null;
  readonly what: string;
  /** Whether a yes shows in the timeline anyway, as what follows from it. The ledger has it in any case. Default: false. */
  readonly toldByResult?: boolean;
}

export type Admission =
  /** `reserved`: what was taken for it; whoever learns how much was really used settles it. */
  | { readonly kind: 'go'; readonly reserved: readonly Reserved[] }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** The one place where questions are decided and their obligations met. */
export interface Judge {
  /** Pure, but for the lease: without one everything is denied. */
  decide(question: Question, asker: Pick<Asker, 'snapshot'> & { readonly usage: Usage }): Decision;
  /**
   * Does what must come before the effect: takes reservations, uses up the grant, writes the ledger where the decision
   * wants it durable. When it rejects or refuses, nothing may happen.
   */
  admit(question: Question, decision: Decision, asker: Asker, circumstances: Circumstances): Promise<Admission>;
}

export interface JudgeParts {
  readonly lease: Pick<Lease, 'valid'>;
  readonly gateway: Pick<Gateway, 'appendEvents' | 'appendTimeline'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Counts an allowed read; whoever gets it writes the sum to the ledger within a second. */
  readonly summarise: (run: RunId) => void;
}

const noLease: Reason = {
  code: 'hard_block',
  text: 'The supervisor has lost its connection to the control plane, so nothing passes.',
};

export function createJudge({ lease, gateway, now, summarise }: JudgeParts): Judge {
  async function record(
    question: Question,
    decision: Decision,
    { run }: Asker,
    { step, what, toldByResult = false }: Circumstances,
  ): Promise<void> {
    const body: EventBody<'decision.made'> = { question: recordable(question), decision, step };
    await gateway.appendEvents({ events: [ledgerEvent('decision.made', body, { actor: 'supervisor', run })] });
    if (decision.kind === 'allow' && toldByResult) return;
    await gateway.appendTimeline({ run, bodies: [{ kind: 'decision', step, what, decision }] });
  }

  return {
    decide(question, { snapshot, usage }) {
      if (lease.valid()) return decide(question, snapshot, usage, now());
      return { kind: 'deny', reasons: [noLease], rules: [], obligations: [], policy: snapshot.digest };
    },

    async admit(question, decision, asker, circumstances) {
      if (decision.kind !== 'allow') {
        await record(question, decision, asker, circumstances);
        return { kind: 'go', reserved: [] };
      }
      const wanted = decision.obligations.filter((obligation) => obligation.kind === 'reserve');
      const reserved = await asker.usage.reserve(wanted);
      if (reserved === undefined) return { kind: 'refused', reason: lastWasTaken(wanted) };
      const grant = decision.obligations.find((obligation) => obligation.kind === 'consume_grant');
      if (grant !== undefined && !asker.usage.takeGrant(grant.grant)) {
        for (const one of reserved) one.settle(0);
        return { kind: 'refused', reason: { code: 'grant', text: 'The approval for this was used already.' } };
      }
      try {
        if (isDurable(decision.obligations)) await record(question, decision, asker, circumstances);
        else summarise(asker.run);
      } catch (error) {
        for (const one of reserved) one.settle(0);
        throw error;
      }
      return { kind: 'go', reserved };
    },
  };
}

function lastWasTaken(reservations: readonly { readonly counter: string }[]): Reason {
  const isGranted = reservations.some(({ counter }) => counterWindow(counter).kind === 'ever');
  if (isGranted) return { code: 'grant', text: 'Something else took the last use of the rule that was granted.' };
  return { code: 'budget', text: 'Something else took the last of the budget.' };
}

/** So long may the arguments of a call be in the ledger; longer ones, the content of a file say, stay out of it. */
const recordedArgumentsCharacters = 2_048;

function recordable(question: Question): Question {
  if (question.kind !== 'tool' || question.arguments === undefined) return question;
  if (JSON.stringify(question.arguments).length <= recordedArgumentsCharacters) return question;
  const { arguments: _, ...rest } = question;
  return rest;
}

/** Whether it is on record before it happens, and not only summed up. */
export function isDurable(obligations: readonly Obligation[]): boolean {
  return obligations.some((obligation) => obligation.kind === 'record' && obligation.durability === 'durable');
}
