import type { ApiClient } from '@clawhold/client';
import { agreementOf } from '../approval/agreement.ts';
import { drawCard } from '../approval/draw-card.ts';
import { drawDetails } from '../approval/draw-details.ts';
import { exactAction } from '../approval/exact-action.ts';
import { connect } from '../connection/connect.ts';
import { findApproval } from '../connection/find.ts';
import { paint } from '../terminal/output.ts';
import { drawUnknownSteps } from '../terminal/unknown-step.ts';
import type { AddCommand } from './command.ts';

export const addApprovals: AddCommand = (program, session) => {
  program
    .command('approvals')
    .description('show what waits for a person, or one question to its last character')
    .argument('[id]', 'id of one question, or its beginning')
    .option('--all', 'ended ones too')
    .action(async (id: string | undefined, { all }: { all?: boolean }) => {
      const { api } = connect();
      const { output } = session();
      if (id !== undefined) {
        const found = await findApproval(api, id);
        output.result([found], () => drawDetails(found));
        return;
      }
      const { data } = await api.GET('/approvals', { params: { query: { pending: all === true ? 'false' : 'true' } } });
      const approvals = data?.approvals ?? [];
      const options = { columns: output.columns, now: Date.now() };
      const lost = await lostSteps(api);
      output.result(approvals, () => {
        const cards = approvals.map((approval) => `${drawCard(approval, options)}\n${paint.quiet(ways(approval))}`);
        const steps = lost.length === 0 ? [] : [drawUnknownSteps(lost, options.now)];
        return [...cards, ...steps].join('\n\n') || 'Nothing waits for you.';
      });
    });

  program
    .command('approve')
    .description('say yes to exactly what a question shows, once')
    .argument('<id>', 'id of the question, or its beginning')
    .option('--digest <digest>', 'the digest you saw; default: that of the question as it is shown now')
    .action(async (id: string, { digest }: { digest?: string }) => {
      const { api } = connect();
      const { output } = session();
      const found = await findApproval(api, id);
      const { rendered } = exactAction(found);
      output.line(drawCard(found, { columns: output.columns, now: Date.now() }));
      const { data } = await api.POST('/approvals/{approval}/approve', {
        params: { path: { approval: found.id } },
        body: { digest: digest ?? rendered.digest },
      });
      output.result(data, () =>
        data === undefined || data.state !== 'pending'
          ? `${paint.good('Approved')} ${found.id}, for this once.`
          : `${paint.good('You agreed')} to ${found.id}: ${agreementOf(data) ?? ''}. It waits for the others.`,
      );
    });

  program
    .command('deny')
    .description('say no')
    .argument('<id>', 'id of the question, or its beginning')
    .action(async (id: string) => {
      const { api } = connect();
      const { id: approval } = await findApproval(api, id);
      const { data } = await api.POST('/approvals/{approval}/deny', { params: { path: { approval } } });
      session().output.result(data, () => `${paint.bad('Denied')} ${approval}.`);
    });
};

/** Only the operator is told of steps whose result was lost, because only they can settle them. */
async function lostSteps(api: ApiClient) {
  const { data: person } = await api.GET('/session');
  return person?.role === 'operator' ? ((await api.GET('/unknown-steps')).data?.steps ?? []) : [];
}

function ways({ id, state }: { readonly id: string; readonly state: string }): string {
  if (state !== 'pending') return `  ${state}   |   npx clawhold approvals ${id}`;
  return `  npx clawhold approve ${id}   |   deny ${id}   |   approvals ${id} for every detail`;
}
