import type { ApiClient, Proposal } from '@clawhold/client';

/** The largest page that the gateway gives. */
const page = 200;

export type ProposalState = Proposal['state'] | 'all';

/** Proposals of a state, the last made first, without an end but the last of them. */
export async function* eachProposal(
  api: ApiClient,
  { state, before }: { readonly state: ProposalState; readonly before?: string | undefined },
): AsyncGenerator<Proposal> {
  let from = before;
  do {
    const query = { state, limit: page, ...(from === undefined ? {} : { before: from }) };
    const { data } = await api.GET('/proposals', { params: { query } });
    yield* data?.proposals ?? [];
    from = data?.next ?? undefined;
  } while (from !== undefined);
}
