import { grantDigest } from '@clawhold/policy';
import {
  ClawholdError,
  type GrantsInForce,
  type NetworkPolicy,
  type Proposal,
  type ProposalId,
  type RunId,
} from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { Database } from '../store/database.ts';
import { notify } from '../store/notify.ts';
import type { Signals } from '../store/signals.ts';
import type { SupervisorClient } from '../supervisors/client.ts';
import type { SupervisorRegistry } from '../supervisors/registry.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { AutoApproval } from './auto-approval.ts';
import type { OpensDesk } from './opens-desk.ts';
import type { GrantTerms, ProposalStore } from './proposal-store.ts';
import type { ProposalRecords } from './records.ts';

const sweepMilliseconds = 2_000;

/** A rule that an agent asked for, already checked against the policy that binds it. */
export interface AskedRule {
  readonly run: RunId;
  readonly agent: string;
  readonly policy: NetworkPolicy;
  readonly tried: readonly string[];
  /** The agent's own words. */
  readonly why: string;
  /** Something about the run wants a person, whatever can be proved. */
  readonly isFlagged: boolean;
}

/** The life of proposals: asked for, accepted, dismissed, revoked, over. What is granted is with the supervisor before the answer. */
export interface ProposalService {
  /** @throws ClawholdError `state_too_many_proposals`. */
  ask(asked: AskedRule): Promise<Proposal>;
  accept(proposal: ProposalId, digest: string, by: string, terms: Omit<GrantTerms, 'proof'>): Promise<Proposal>;
  dismiss(proposal: ProposalId, by: string): Promise<Proposal>;
  /** Takes back what was granted: what is under way because of it is cut before this answers. */
  revoke(proposal: ProposalId, by: string): Promise<Proposal>;
  /** Answers when it is no longer open, or after so many seconds. @throws ClawholdError `state_no_such_proposal` for another run's. */
  awaitEnd(run: RunId, proposal: ProposalId, seconds: number, signal: AbortSignal): Promise<Proposal>;
  inForce(): Promise<GrantsInForce>;
  /** Starts ending what is over. */
  startExpiring(): Disposable;
  /** Settles when nothing is being proved any more. */
  settled(): Promise<unknown>;
}

export interface ProposalServiceParts {
  readonly database: Kysely<Database>;
  readonly store: ProposalStore;
  readonly inForce: () => Promise<GrantsInForce>;
  readonly records: ProposalRecords;
  readonly opens: OpensDesk;
  readonly autoApproval: AutoApproval;
  readonly timeline: Timeline;
  readonly signals: Signals;
  readonly supervisor: Pick<SupervisorClient, 'publishGrants'>;
  readonly registry: Pick<SupervisorRegistry, 'revoke'>;
}

export function createProposalService(parts: ProposalServiceParts): ProposalService {
  const { database, store, inForce, records, opens, autoApproval, timeline, signals, supervisor, registry } = parts;
  const proving = new Set<Promise<unknown>>();
  let isPublished = true;

  /** Hands over what is granted. Lists that overtake each other are told apart by their number. */
  async function publish(): Promise<void> {
    isPublished = false;
    await supervisor.publishGrants(await inForce());
    isPublished = true;
  }

  /** What was taken away must not live on with a supervisor that does not answer: it loses its lease. */
  async function takeBack(): Promise<void> {
    await publish().catch(() => registry.revoke());
  }

  const announce = async (proposal: ProposalId): Promise<void> => {
    await notify(database, `proposal/${proposal}`);
    await notify(database, 'proposals');
  };

  async function accept(id: ProposalId, digest: string, by: string, terms: GrantTerms): Promise<Proposal> {
    const accepted = await store.accept(id, digest, by, terms, records.accepted);
    // A supervisor that is away gets it when it registers, or with the next sweep.
    await publish().catch(() => undefined);
    await announce(id);
    return accepted;
  }

  async function acceptProved(asked: AskedRule, { id, digest }: Proposal): Promise<void> {
    const terms = await autoApproval.termsFor(asked);
    if (terms !== undefined) await accept(id, digest, 'prover', terms);
  }

  return {
    async ask(asked) {
      const { run, agent, policy, tried, why } = asked;
      const digest = grantDigest(agent, policy);
      // Whoever asks again is answered before anything is compared.
      const known = (await store.listOf(run)).find((one) => one.digest === digest && one.state !== 'expired');
      if (known !== undefined) return known;
      const { rules } = await inForce();
      const opened = await opens.of(
        asked,
        rules.filter((rule) => rule.agent === agent),
      );
      const rule = { kind: 'asked', agent, policy, digest, tried, count: 1, runs: [run] } as const;
      const { proposal, isNew } = await store.asked(rule, opened, run, why, (made) => records.made(made, rule));
      if (!isNew) return proposal;
      await timeline.append(run, [
        {
          key: proposal.id,
          body: {
            kind: 'note',
            level: 'info',
            text: `The agent asks for a rule (${proposal.id}): ${tried.join(', ')}`,
          },
        },
      ]);
      await notify(database, 'proposals');
      const proved = acceptProved(asked, proposal)
        .catch((error: unknown) => console.error('a rule that was asked for waits for a person:', error))
        .finally(() => proving.delete(proved));
      proving.add(proved);
      return proposal;
    },

    accept: (proposal, digest, by, terms) => accept(proposal, digest, by, { ...terms, proof: null }),

    async dismiss(proposal, by) {
      const dismissed = await store.end(proposal, 'dismissed', by, () => records.ended(proposal, 'dismissed', by));
      await announce(proposal);
      return dismissed;
    },

    async revoke(proposal, by) {
      const revoked = await store.end(proposal, 'revoked', by, () => records.ended(proposal, 'revoked', by));
      await takeBack();
      await announce(proposal);
      return revoked;
    },

    async awaitEnd(run, proposal, seconds, signal) {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
      const subscription = signals.subscribe(`proposal/${proposal}`, patience);
      let current = await own(store, run, proposal);
      while (current.state === 'open' && !patience.aborted) {
        await subscription.next();
        current = await store.read(proposal);
      }
      return current;
    },

    inForce,

    startExpiring() {
      let sweeping = false;
      const timer = setInterval(async () => {
        if (sweeping) return;
        sweeping = true;
        try {
          const over = await store.expire(records.expired);
          if (over.length > 0 || !isPublished) await publish();
          for (const proposal of over) await announce(proposal);
        } catch {
          // A lost database is reported by those who need it. The supervisor ends what is over by itself.
        } finally {
          sweeping = false;
        }
      }, sweepMilliseconds);
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },

    settled: () => Promise.all(proving),
  };
}

/** A run learns nothing of what others asked for, not even that it is there. */
async function own(store: Pick<ProposalStore, 'listOf'>, run: RunId, proposal: ProposalId): Promise<Proposal> {
  const found = (await store.listOf(run)).find(({ id }) => id === proposal);
  if (found !== undefined) return found;
  throw new ClawholdError('state_no_such_proposal', `There is no proposal ${proposal}.`, { status: 404 });
}
