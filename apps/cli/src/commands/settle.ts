import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { drawUnknownSteps } from '../terminal/unknown-step.ts';
import type { AddCommand } from './command.ts';

interface SettleOptions {
  readonly happened?: boolean;
  readonly didNotHappen?: boolean;
  readonly note?: string;
}

export const addSettle: AddCommand = (program, session) => {
  program
    .command('settle')
    .description('say whether a step whose result was lost happened; without arguments: list such steps')
    .argument('[run]', 'id of the run')
    .argument('[step]', 'id of the step')
    .option('--happened', 'its effect is there: the agent goes on from it')
    .option('--did-not-happen', 'its effect is not there: the agent may try again')
    .option('--note <text>', 'what you found out, for the agent and the record')
    .action(async (run: string | undefined, step: string | undefined, options: SettleOptions) => {
      if (run !== undefined && (step === undefined || (options.happened === true) === (options.didNotHappen === true)))
        throw new ClawholdError(
          'input_settle',
          'Name the run and the step, and either --happened or --did-not-happen.',
          {
            hint: 'See what was lost with: npx clawhold settle',
          },
        );
      const { api } = connect();
      const { output } = session();
      if (run === undefined || step === undefined) {
        const { data } = await api.GET('/unknown-steps');
        const steps = data?.steps ?? [];
        output.result(steps, () => (steps.length === 0 ? 'Nothing was lost.' : drawUnknownSteps(steps, Date.now())));
        return;
      }
      const { data } = await api.POST('/runs/{run}/steps/{step}/settle', {
        params: { path: { run, step } },
        body: { verdict: options.happened === true ? 'happened' : 'did_not_happen', note: options.note ?? null },
      });
      output.result(data, () =>
        options.happened === true ? `Recorded: ${step} happened.` : `Recorded: ${step} did not happen.`,
      );
    });
};
