import { realpath } from 'node:fs/promises';
import { ClawholdError } from '@clawhold/spec/error';
import { adopt, rehearse } from '../adoption/adopt.ts';
import { drawReport } from '../adoption/draw-report.ts';
import { undoAdoption } from '../adoption/undo-adoption.ts';
import { agentFiles } from '../agents/agent-files.ts';
import { installHarness } from '../agents/install-harness.ts';
import { connect } from '../connection/connect.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface AdoptOptions {
  readonly name: string;
  readonly from?: string;
  readonly model?: string;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
}

export const addAdopt: AddCommand = (program, session) => {
  program
    .command('adopt')
    .description('make an agent of an OpenClaw that is there: its memory comes along, its secrets go to the store')
    .argument('<folder>', 'of the OpenClaw, for example ~/.openclaw; with --undo: the name of the agent')
    .option('-n, --name <name>', 'what to call the agent', 'openclaw')
    .option('--from <agent>', 'which of its agents; default: its own default')
    .option('-m, --model <name>', 'provider/model; default: the installation’s')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--undo', 'take an adoption back: the agent, what it kept, and the credentials that it brought')
    .action(async (folder: string, { name, from, model, dryRun, undo }: AdoptOptions) => {
      const { output } = session();
      if (undo === true) {
        const { api, home } = connect();
        const { source, credentials } = await undoAdoption({
          api,
          home,
          files: agentFiles(home, folder),
          name: folder,
        });
        output.result({ name: folder, source, credentials }, () =>
          [
            `${folder} is gone, with what it kept and ${credentials.length} credentials.`,
            paint.quiet(`${source} is as it was: an adoption only reads.`),
          ].join('\n'),
        );
        return;
      }
      const source = { path: await existing(folder), agent: from };
      if (dryRun === true) {
        const report = await rehearse(name, source);
        output.result(report, () => [drawReport(report), '', 'Nothing was done.'].join('\n'));
        return;
      }
      const { api, home } = connect();
      const files = agentFiles(home, name);
      const install = (): Promise<string> => installHarness('openclaw', home, session());
      const report = await adopt(name, source, { api, home, files, model, install });
      output.result(report, () =>
        [
          drawReport(report),
          '',
          `${paint.good(name)} is there. Talk to it: npx clawhold chat ${name}`,
          paint.quiet(`  what it is      ${files.manifest}`),
          paint.quiet(`  what it may do  ${files.policy}`),
          ...(report.skills.length === 0 ? [] : [paint.quiet(`  its skills      npx clawhold agent skills ${name}`)]),
          paint.quiet(`  to go back      npx clawhold adopt --undo ${name}`),
          paint.quiet(`${source.path} is as it was. Stop the OpenClaw there: two of one memory drift apart.`),
        ].join('\n'),
      );
    });
};

async function existing(folder: string): Promise<string> {
  return realpath(folder).catch(() => {
    throw new ClawholdError('input_adopt_not_openclaw', `There is no folder ${folder}.`, {
      hint: 'Name the folder with its openclaw.json: npx clawhold adopt ~/.openclaw',
    });
  });
}
