import type { ProposalState } from './queries.ts';

/** The states by which the page can be narrowed, as they follow each other. */
export const proposalStates = [
  'open',
  'accepted',
  'dismissed',
  'revoked',
  'expired',
] as const satisfies ProposalState[];

/** Which proposals the address asks for; without a word those that wait. */
export function readProposalView(search: Readonly<Record<string, unknown>>): { readonly state?: ProposalState } {
  const state = proposalStates.find((one) => one === search['state']);
  return state === undefined ? {} : { state };
}
