import type { ApiClient } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { drawApproval, type ShownApproval } from '../terminal/approval.ts';
import { drawUnknownSteps } from '../terminal/unknown-step.ts';
import type { AddCommand } from './command.ts';

async function find(api: ApiClient, approval: string): Promise<ShownApproval> {
  const { data } = await api.GET('/approvals/{approval}', { params: { path: { approval } } });
  if (data !== undefined) return data;
  throw new ClawholdError('gateway_unknown', 'The gateway did not answer with the approval.');
}

export const addApprovals: AddCommand = (program, session) => {
  program
    .command('approvals')
    .description('show what waits for a person, or one question')
    .argument('[id]', 'id of one question')
    .option('--all', 'ended ones too')
    .action(async (id: string | undefined, { all }: { all?: boolean }) => {
      const { api } = connect();
      const { data } =
        id === undefined
          ? await api.GET('/approvals', { params: { query: { pending: all === true ? 'false' : 'true' } } })
          : { data: { approvals: [await find(api, id)] } };
      const approvals = data?.approvals ?? [];
      const { data: lost } = id === undefined ? await api.GET('/unknown-steps') : { data: undefined };
      session().output.result(approvals, () => {
        const questions = approvals.map((approval) => `${approval.id}  ${approval.state}\n${drawApproval(approval)}`);
        const steps = lost === undefined || lost.steps.length === 0 ? [] : [drawUnknownSteps(lost.steps)];
        return [...questions, ...steps].join('\n\n') || 'Nothing waits for you.';
      });
    });

  program
    .command('approve')
    .description('say yes to exactly what a question shows, once')
    .argument('<id>', 'id of the question')
    .option('--digest <digest>', 'the digest you saw; default: that of the question as it is shown now')
    .action(async (approval: string, { digest }: { digest?: string }) => {
      const { api } = connect();
      const { output } = session();
      const shown = await find(api, approval);
      output.line(drawApproval(shown));
      const { data } = await api.POST('/approvals/{approval}/approve', {
        params: { path: { approval } },
        body: { digest: digest ?? shown.digest },
      });
      output.result(data, () => `Approved ${approval}.`);
    });

  program
    .command('deny')
    .description('say no')
    .argument('<id>', 'id of the question')
    .action(async (approval: string) => {
      const { api } = connect();
      const { data } = await api.POST('/approvals/{approval}/deny', { params: { path: { approval } } });
      session().output.result(data, () => `Denied ${approval}.`);
    });
};
