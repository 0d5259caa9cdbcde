import { join } from 'node:path';
import type { Run } from '@clawhold/client';
import { ClawholdError } from '@clawhold/spec/error';
import { connect } from '../connection/connect.ts';
import { findManager, homeFolder } from '../connection/home.ts';
import { launchManager, type RunningInstallation } from '../manager/launch.ts';
import { drawReport } from '../manager/progress.ts';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.ts';
import { onCtrlC } from '../terminal/interrupt.ts';
import { type Output, paint } from '../terminal/output.ts';
import type { TourOptions } from '../tour/tour.ts';
import type { AddCommand } from './command.ts';

const tierWords: Readonly<Record<string, string>> = {
  sandboxed: 'sandboxed (every sandbox has a host id of its own)',
  'same-user': 'same-user (sandboxes run under your own id; start as root for ids of their own)',
};

async function announce(output: Output, installation: RunningInstallation): Promise<void> {
  const { url, tier, milliseconds } = installation.ready;
  if (output.json) return;
  const { data } = await connect().api.GET('/models');
  const model = data?.models.find(({ name }) => name === data.default);
  output.line();
  output.line(
    `${paint.good('Clawhold is ready')} at ${paint.accent(url)} ${paint.quiet(`(${(milliseconds / 1000).toFixed(1)} s)`)}`,
  );
  output.line(`  isolation  ${tierWords[tier] ?? tier}`);
  if (model?.scripted === true)
    output.line(
      `  model      ${paint.warn(`${model.name}: scripted, a rehearsal and no intelligence`)} (no model server or key was found)`,
    );
  else output.line(`  model      ${model?.name ?? 'none'}`);
  output.line(`  console    npx clawhold console`);
  output.line();
}

/** Loaded when it is wanted: the tour writes a PDF, and no other command should pay for that. */
async function playTour(options: TourOptions): Promise<Run | undefined> {
  const { runTour } = await import('../tour/tour.ts');
  return runTour(options);
}

async function stayUp(output: Output, installation: RunningInstallation): Promise<void> {
  let stopping = false;
  const end = (): void => {
    // It goes on ending when we are gone: our stdin is its lifeline.
    if (stopping) process.exit(exitCodes.interrupted);
    stopping = true;
    output.line(paint.quiet('\nStopping. Ctrl-C again leaves at once.'));
    void installation.stop();
  };
  onCtrlC(end);
  process.once('SIGTERM', end).once('SIGHUP', end);
  if (!output.json) output.line(paint.quiet('Clawhold stays up. Ctrl-C stops it.'));
  const status = await installation.ended;
  process.exitCode = status;
  if (stopping) return;
  throw new ClawholdError('gateway_ended', 'Clawhold ended without being asked to.', {
    hint: `Its last words are in ${join(homeFolder(), 'logs', 'manager.log')}. Start it again with: npx clawhold up`,
  });
}

export const addUp: AddCommand = (program, session) => {
  program
    .command('up')
    .description('start Clawhold and stay up until Ctrl-C')
    .option('-d, --detach', 'leave it running in the background')
    .action(async ({ detach }: { detach?: boolean }) => {
      const { output } = session();
      const installation = await launchManager({ onReport: drawReport(output), detached: detach === true });
      await announce(output, installation);
      if (detach !== true) await stayUp(output, installation);
      else process.exit(0);
    });

  program
    .command('start')
    .description('what "npm start" does: up, and the tour at the first start')
    .option('--tour', 'the tour also at a later start')
    .option('--no-tour', 'no tour')
    .option('--seed <number>', 'the tour’s data is made from it', '1')
    .action(async ({ tour, seed }: { tour?: boolean; seed: string }) => {
      const { output, person } = session();
      const installation = await launchManager({ onReport: drawReport(output), detached: false });
      await announce(output, installation);
      const wanted = tour ?? installation.ready.firstStart;
      if (wanted) await playTour({ output, person, seed: Number(seed), ended: installation.ended });
      await stayUp(output, installation);
    });

  program
    .command('tour')
    .description('the guided tour, on the Clawhold that runs')
    .option('--seed <number>', 'its data is made from it', '1')
    .action(async ({ seed }: { seed: string }) => {
      const { output, person } = session();
      const run = await playTour({ output, person, seed: Number(seed), ended: new Promise(() => undefined) });
      process.exit(run === undefined ? exitCodes.failed : exitCodeOf(run));
    });

  program
    .command('down')
    .description('stop Clawhold')
    .action(async () => {
      const home = homeFolder();
      const manager = findManager(home);
      if (manager !== undefined) {
        process.kill(manager.pid, 'SIGTERM');
        while (findManager(home) !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
      }
      session().output.result({ stopped: manager !== undefined }, () =>
        manager === undefined ? 'Clawhold was not running.' : 'Clawhold is down.',
      );
    });
};
