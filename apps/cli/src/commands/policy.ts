import { connect } from '../connection/connect.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';
import { addPolicyCheck } from './policy-check.ts';
import { addPolicyDiff } from './policy-diff.ts';
import { addPolicyExplain } from './policy-explain.ts';
import { addPolicyImport } from './policy-import.ts';
import { addPolicyLabels } from './policy-labels.ts';
import { addPolicyPins } from './policy-pins.ts';
import { addPolicyPresets } from './policy-presets.ts';
import { addPolicyProposals } from './policy-proposals.ts';
import { addPolicyProve } from './policy-prove.ts';
import { addPolicySimulate } from './policy-simulate.ts';
import { addPolicyTest } from './policy-test.ts';

export const addPolicy: AddCommand = (program, session) => {
  const policy = program.command('policy').description('check, compare, prove and reload policy documents');

  policy
    .command('reload')
    .description('read the configuration folder again; a bad document changes nothing')
    .action(async () => {
      const { api } = connect();
      const { data } = await api.POST('/policies/reload');
      const digests = Object.entries(data?.digests ?? {});
      session().output.result(data, () => table(digests.map(([agent, digest]) => [agent, paint.quiet(digest)])));
    });

  for (const add of [
    addPolicyCheck,
    addPolicyTest,
    addPolicyPresets,
    addPolicyImport,
    addPolicyExplain,
    addPolicyDiff,
    addPolicySimulate,
    addPolicyProposals,
    addPolicyPins,
    addPolicyLabels,
    addPolicyProve,
  ])
    add(policy, session);
};
