import { isAttestationSigned } from '@clawhold/approvals';
import { ClawholdError, id } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { drawAttestation } from '../sandbox/draw-attestation.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import type { AddCommand } from './command.ts';

const mebibyte = 1_024 ** 2;

export const addSandbox: AddCommand = (program, session) => {
  const sandbox = program.command('sandbox').description('the sandboxes of runs: list, inspect');

  sandbox
    .command('list', { isDefault: true })
    .description('list those that run now, with what they use')
    .action(async () => {
      const sandboxes = await living();
      session().output.result(sandboxes, () =>
        sandboxes.length === 0
          ? 'No sandbox runs.'
          : table(
              sandboxes.map(({ sandbox: name, run, agent, beside, state, memoryBytes, processes }) => [
                name,
                run,
                hostileLine(agent),
                beside ?? 'tools',
                state === 'running' ? paint.good(state) : paint.warn(state),
                memoryBytes === null ? '' : `${Math.ceil(memoryBytes / mebibyte)} MiB`,
                processes === null ? '' : `${processes} processes`,
              ]),
            ),
      );
    });

  sandbox
    .command('inspect')
    .description('what was measured of a sandbox when it started, and whether the supervisor signed exactly that')
    .argument('[run]', 'a run, or a sandbox that runs; default: the only one that runs')
    .action(async (name: string | undefined) => {
      const { run, sandbox: meant } = await wanted(name);
      const query = meant === undefined ? {} : { sandbox: meant };
      const { data } = await connect().api.GET('/runs/{run}/sandbox', { params: { path: { run }, query } });
      if (data === undefined) return;
      const { signature, publicKey } = data;
      const signed = signature !== null && publicKey !== null && isAttestationSigned(data, signature, publicKey);
      session().output.result({ ...data, signed }, () => drawAttestation(data, signed));
      if (!signed) process.exitCode = 1;
    });
};

async function living() {
  const { data } = await connect().api.GET('/sandboxes');
  return data?.sandboxes ?? [];
}

async function wanted(name: string | undefined): Promise<{ readonly run: string; readonly sandbox?: string }> {
  if (name !== undefined && id('run').safeParse(name).success) return { run: name };
  const sandboxes = await living();
  const found = sandboxes.filter((one) => (name === undefined ? one.beside === null : one.sandbox === name));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new ClawholdError(
    'input_sandbox',
    name === undefined ? `${found.length} sandboxes of tools run; say which.` : `No sandbox named "${name}" runs.`,
    { hint: 'Name the run, which may have ended: npx clawhold runs' },
  );
}
