import type { Recorder } from '../audit/recorder.ts';
import { deskDocuments } from '../policies/desk-documents.ts';
import { createPolicyDesk } from '../policies/policy-desk.ts';
import type { PolicyService } from '../policies/policy-service.ts';
import type { ContentSeal } from '../sealing/content.ts';
import { createAutoApproval } from './auto-approval.ts';
import { recordedDecisions } from './decisions.ts';
import { createGatherer, type Gatherer } from './gatherer.ts';
import { grantsInForce } from './grants-in-force.ts';
import { createOpensDesk } from './opens-desk.ts';
import { createProposalGroups } from './proposal-groups.ts';
import { createProposalService, type ProposalService, type ProposalServiceParts } from './proposal-service.ts';
import { createProposalStore, type ProposalStore } from './proposal-store.ts';
import { proposalRecords } from './records.ts';

export interface ProposalsParts
  extends Pick<ProposalServiceParts, 'database' | 'timeline' | 'signals' | 'supervisor' | 'registry'> {
  readonly content: ContentSeal;
  readonly ledger: Recorder;
  readonly policies: PolicyService;
}

/** The room of proposals: what keeps them, what makes them, and their life. */
export interface ProposalsRoom {
  readonly proposalStore: ProposalStore;
  readonly gatherer: Gatherer;
  readonly proposals: ProposalService;
}

export function openProposals({ content, ledger, policies, ...parts }: ProposalsParts): ProposalsRoom {
  const { database } = parts;
  const records = proposalRecords(ledger);
  const documents = deskDocuments(policies);
  // Desks of their own: who asks about documents waits for none of this, and what agents ask for not for denials.
  const opens = createOpensDesk(createPolicyDesk(), documents);
  const store = createProposalStore(database, content);
  const inForce = () => grantsInForce(database);
  return {
    proposalStore: store,
    gatherer: createGatherer({
      groups: createProposalGroups(database),
      inForce,
      records,
      policies,
      opens: createOpensDesk(createPolicyDesk(), documents),
      decisions: recordedDecisions(database),
      now: Date.now,
    }),
    proposals: createProposalService({
      ...parts,
      store,
      inForce,
      records,
      opens,
      autoApproval: createAutoApproval({
        database,
        settings: policies.proposalSettings,
        desk: createPolicyDesk(),
        documents,
      }),
    }),
  };
}
