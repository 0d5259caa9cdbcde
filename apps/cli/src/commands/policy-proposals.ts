import { connect } from '../connection/connect.ts';
import { findProposal } from '../connection/find.ts';
import { drawProposal } from '../proposals/draw-proposal.ts';
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

const week = 7 * 86_400;
/** `show` draws so many lines of everything. */
const all = 50;

export const addPolicyProposals: AddCommand = (policy, session) => {
  const proposals = policy
    .command('proposals')
    .description('rules for what was refused, learned or asked for: list, show, accept, dismiss, revoke');

  proposals
    .command('list', { isDefault: true })
    .description('what waits for a person, the latest first')
    .option('--all', 'ended and accepted ones too')
    .action(async ({ all: every }: { all?: boolean }) => {
      const query = { open: every === true ? ('false' as const) : ('true' as const) };
      const { data } = await connect().api.GET('/proposals', { params: { query } });
      const found = data?.proposals ?? [];
      session().output.result(found, () => {
        const cards = found.map((one) => `${drawProposal(one, Date.now())}\n${paint.quiet(ways(one))}`);
        return cards.join('\n\n') || 'No rule waits for you.';
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

function ways({ id, state }: { readonly id: string; readonly state: string }): string {
  const show = `show ${id} for all that it opens`;
  if (state === 'open')
    return `  npx clawhold policy proposals accept ${id} --expires 7d --uses 20   |   dismiss ${id}   |   ${show}`;
  return state === 'accepted' ? `  npx clawhold policy proposals revoke ${id}   |   ${show}` : `  ${show}`;
}
