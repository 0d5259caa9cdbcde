import type { ApiClient, Proposal, Run } from '@clawhold/client';
import { ClawholdError, id } from '@clawhold/spec';
import type { Question } from '../approval/exact-action.ts';
import { eachProposal } from '../proposals/each-proposal.ts';

/** As many as are looked through for the beginning of an id. */
const newest = 100;
const wholeRun = id('run');
const wholeApproval = id('approval');

/**
 * The id that a person means: whole, or so much of its beginning that only one of the newest has it, with or without the
 * word before the line.
 *
 * @throws ClawholdError `input_unknown_id`, `input_ambiguous_id`.
 */
function pick(typed: string, ids: readonly string[], thing: string, list: string): string {
  const found = ids.filter((one) => one.startsWith(typed) || one.slice(one.indexOf('_') + 1).startsWith(typed));
  const [only, other] = typed === '' ? [] : found;
  if (only === undefined)
    throw new ClawholdError('input_unknown_id', `There is no ${thing} that begins with "${typed}".`, {
      hint: `See those there are with: npx clawhold ${list}`,
    });
  if (other !== undefined && only !== typed)
    throw new ClawholdError('input_ambiguous_id', `"${typed}" is the beginning of ${found.length} ${thing}s.`, {
      hint: `Type more of it: ${found.slice(0, 5).join(', ')}${found.length > 5 ? ', …' : ''}`,
    });
  return only;
}

/** @throws ClawholdError see {@link pick}; ApiProblem `state_no_such_run` for a whole id that nothing has. */
export async function findRun(api: ApiClient, typed: string): Promise<Run['id']> {
  if (wholeRun.safeParse(typed).success) return typed;
  const { data } = await api.GET('/runs', { params: { query: { limit: newest } } });
  return pick(
    typed,
    (data?.runs ?? []).map((run) => run.id),
    'run',
    'runs',
  );
}

/** @throws ClawholdError see {@link pick}; ApiProblem `state_no_such_proposal` for a whole id that nothing has. */
export async function findProposal(api: ApiClient, typed: string): Promise<Proposal> {
  const isWhole = id('proposal').safeParse(typed).success;
  const proposal = isWhole ? typed : pick(typed, await proposalIds(api), 'proposal', 'policy proposals --all');
  const { data } = await api.GET('/proposals/{proposal}', { params: { path: { proposal } } });
  if (data !== undefined) return data;
  throw new ClawholdError('gateway_unknown', 'The gateway did not answer with the proposal.');
}

async function proposalIds(api: ApiClient): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const proposal of eachProposal(api, { state: 'all' })) ids.push(proposal.id);
  return ids;
}

/** @throws ClawholdError see {@link pick}; ApiProblem for a whole id that nothing has. */
export async function findApproval(api: ApiClient, typed: string): Promise<Question> {
  const isWhole = wholeApproval.safeParse(typed).success;
  const approval = isWhole ? typed : pick(typed, await approvalIds(api), 'question', 'approvals --all');
  const { data } = await api.GET('/approvals/{approval}', { params: { path: { approval } } });
  if (data !== undefined) return data;
  throw new ClawholdError('gateway_unknown', 'The gateway did not answer with the approval.');
}

async function approvalIds(api: ApiClient): Promise<readonly string[]> {
  const { data } = await api.GET('/approvals', { params: { query: { pending: 'false' } } });
  return (data?.approvals ?? []).map((approval) => approval.id);
}
