import type { Proposal } from '@clawhold/client';
import { proposalStates } from '@clawhold/spec';
import { Option } from 'commander';
import { connect } from '../connection/connect.ts';
import { findProposal } from '../connection/find.ts';
import { drawProposal } from '../proposals/draw-proposal.ts';
import { eachProposal, type ProposalState } from '../proposals/each-proposal.ts';
import { paint } from '../terminal/output.ts';
import { seconds } from '../terminal/seconds.ts';
import { wholeNumber } from '../terminal/whole-number.ts';
import type { AddCommand } from './command.ts';
import { addProposalsFrom } from './policy-proposals-from.ts';

interface Terms {
  readonly expires: number;
  readonly uses: number;
  readonly run?: string;
  readonly digest?: string;
}

interface Listed {
  readonly all?: boolean;
  readonly state: Proposal['state'];
  readonly limit?: number;
  readonly before?: string;
}

const week = 7 * 86_400;
/** As many cards as a person reads at once. */
const shownAtOnce = 20;
/** `show` draws so many lines of everything. */
const all = 50;

export const addPolicyProposals: AddCommand = (policy, session) => {
  const proposals = policy
    .command('proposals')
    .description('rules for what was refused, learned or asked for: list, show, accept, dismiss, revoke');

  proposals
    .command('list', { isDefault: true })
    .description('what waits for a person, the last made first')
    .addOption(new Option('--state <state>', 'those of this state').choices(proposalStates).default('open'))
    .option('--all', 'those of every state')
    .option('-n, --limit <count>', `how many at most; default: ${shownAtOnce}, with --json all of them`, wholeNumber)
    .option('--before <id>', 'those that were made before this one')
    .action(async ({ all: every, state: named, limit, before }: Listed) => {
      const { output } = session();
      const state = every === true ? 'all' : named;
      const most = limit ?? (output.json ? Number.POSITIVE_INFINITY : shownAtOnce);
      const { found, last } = await take(eachProposal(connect().api, { state, before }), most);
      output.result(found, () => {
        const cards = found.map((one) => `${drawProposal(one, Date.now())}\n${paint.quiet(ways(one))}`);
        const older =
          last === null ? [] : [`Older ones: npx clawhold policy proposals ${words(state)}--before ${last}`];
        return [...cards, ...older].join('\n\n') || noneOf(state);
      });
    });

  proposals
    .command('show')
    .description('one of them, with all that it opens')
    .argument('<id>', 'its id, or the beginning of it')
    .action(async (typed: string) => {
      const found = await findProposal(connect().api, typed);
      session().output.result(
        found,
        () => `${drawProposal(found, Date.now(), all)}\n  ${paint.quiet(`digest ${found.digest}`)}`,
      );
    });

  proposals
    .command('accept')
    .description(
      'grant exactly the rule that is shown, for so long and so often; it opens nothing that a ceiling or a deny rule forbids',
    )
    .argument('<id>', 'its id, or the beginning of it')
    .option('--expires <time>', 'how long it lasts, as 30m, 12h or 7d', seconds, week)
    .option('--uses <number>', 'how many requests it may let through', wholeNumber, 20)
    .option('--run <id>', 'for this run only; default: every run of the agent')
    .option('--digest <digest>', 'the digest you saw; default: that of the rule as it is shown now')
    .action(async (typed: string, { expires, uses, run, digest }: Terms) => {
      const { api } = connect();
      const { output } = session();
      const found = await findProposal(api, typed);
      output.line(drawProposal(found, Date.now(), all));
      const { data } = await api.POST('/proposals/{proposal}/accept', {
        params: { path: { proposal: found.id } },
        body: { digest: digest ?? found.digest, seconds: expires, uses, run: run ?? null },
      });
      output.result(
        data,
        () =>
          `${paint.good('In force')} until ${data?.grant?.expires ?? ''}, ${uses} times. Take it back: npx clawhold policy proposals revoke ${found.id}`,
      );
    });

  const endings = [
    ['dismiss', 'say no; the same denials are not proposed again for two weeks', 'Dismissed'],
    ['revoke', 'take back what was granted; what is under way because of it is cut', 'Revoked'],
  ] as const;
  for (const [name, description, done] of endings)
    proposals
      .command(name)
      .description(description)
      .argument('<id>', 'its id, or the beginning of it')
      .action(async (typed: string) => {
        const { api } = connect();
        const { id: proposal } = await findProposal(api, typed);
        const { data } = await api.POST(`/proposals/{proposal}/${name}`, { params: { path: { proposal } } });
        session().output.result(data, () => `${paint.bad(done)} ${proposal}.`);
      });

  addProposalsFrom(proposals, session);
};

/** As many as are wanted, and the last of them when there are more. */
async function take(
  proposals: AsyncIterable<Proposal>,
  most: number,
): Promise<{ readonly found: readonly Proposal[]; readonly last: string | null }> {
  const found: Proposal[] = [];
  for await (const proposal of proposals) {
    if (found.length >= most) return { found, last: found.at(-1)?.id ?? null };
    found.push(proposal);
  }
  return { found, last: null };
}

function words(state: ProposalState): string {
  if (state === 'open') return '';
  return state === 'all' ? '--all ' : `--state ${state} `;
}

function noneOf(state: ProposalState): string {
  if (state === 'open') return 'No rule waits for you.';
  return state === 'all' ? 'No rule was ever proposed.' : `No proposal is ${state}.`;
}

function ways({ id, state }: { readonly id: string; readonly state: string }): string {
  const show = `show ${id} for all that it opens`;
  if (state === 'open')
    return `  npx clawhold policy proposals accept ${id} --expires 7d --uses 20   |   dismiss ${id}   |   ${show}`;
  return state === 'accepted' ? `  npx clawhold policy proposals revoke ${id}   |   ${show}` : `  ${show}`;
}
