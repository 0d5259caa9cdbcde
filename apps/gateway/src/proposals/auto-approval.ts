import { ClawholdError, type EventType, type ProposalSettings, type RunId } from '@clawhold/spec';
import type { Kysely } from 'kysely';
import type { DeskDocuments } from '../policies/desk-documents.ts';
import type { PolicyDesk } from '../policies/policy-desk.ts';
import type { Database } from '../store/database.ts';
import type { AskedRule } from './proposal-service.ts';
import type { GrantTerms } from './proposal-store.ts';

/**
 * Whether a rule that an agent asked for may take effect without a person: the ceiling says so, a solver proved that it
 * opens nothing new, and nothing about the run wants a person. Everything else is a person's.
 */
export interface AutoApproval {
  /** For how long and how often it may, in this run only; undefined when a person decides. */
  termsFor(asked: AskedRule): Promise<GrantTerms | undefined>;
}

export interface AutoApprovalParts {
  readonly database: Kysely<Database>;
  /** What the ceiling in force says. */
  readonly settings: () => ProposalSettings | undefined;
  readonly desk: PolicyDesk;
  readonly documents: DeskDocuments;
}

export function createAutoApproval({ database, settings, desk, documents }: AutoApprovalParts): AutoApproval {
  /** A canary, a key, a placeholder in the wrong place: whatever was found in the run. */
  async function hasFindings(run: RunId): Promise<boolean> {
    const found = await database
      .selectFrom('ledger_entry')
      .select('sequence')
      .where('run', '=', run)
      .where('type', '=', 'finding.raised' satisfies EventType)
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  }

  return {
    async termsFor({ run, agent, policy, isFlagged }) {
      const opted = settings()?.auto_approve;
      if (opted === undefined || isFlagged || (await hasFindings(run))) return undefined;
      const { within = [], expire, uses } = opted;
      const document = documents.inForce(agent);
      const novelty = await desk.ask('novelty', { document, policy, within }).catch(unanswered);
      if (novelty?.kind !== 'nothing new') return undefined;
      // The proof is about the policy and the run as they were: both are looked at again.
      const isStill =
        JSON.stringify(documents.inForce(agent)) === JSON.stringify(document) && settings()?.auto_approve === opted;
      if (!isStill || (await hasFindings(run))) return undefined;
      return { run, seconds: expire, uses, proof: { text: novelty.proof, digest: novelty.digest } };
    },
  };
}

/** Too slow or too busy to say is for a person to decide. */
function unanswered(error: unknown): undefined {
  if (error instanceof ClawholdError) return undefined;
  throw error;
}
