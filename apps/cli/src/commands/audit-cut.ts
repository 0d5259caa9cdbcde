import { userInfo } from 'node:os';
import { longestReason, type TailCut } from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';
import type { Command } from 'commander';
import { readCut, writeAcceptance } from '../audit/cut-files.ts';
import { findManager, homeFolder } from '../connection/home.ts';
import { paint } from '../terminal/output.ts';
import { readKey } from '../terminal/read-key.ts';
import type { Session } from './command.ts';

interface AcceptOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

function drawCut({ found, headSize }: TailCut): string {
  const lost = headSize - found;
  return [
    `${paint.bad('The end of the ledger is missing.')} The database has ${found} records, and a signed tree head that was`,
    `kept outside covers ${headSize}: ${lost} ${lost === 1 ? 'record is' : 'records are'} gone.`,
    'A backup of the database that has them is better than going on without. If the cut is accepted, the ledger',
    'records it first, with your name and the reason, for good.',
  ].join('\n');
}

export function addAcceptCut(audit: Command, session: () => Session): void {
  audit
    .command('accept-cut')
    .description('let the ledger go on though its end is missing; the ledger records that')
    .requiredOption('--reason <text>', 'why it is missing and may stay so; goes into the ledger')
    .option('--yes', 'do not ask')
    .action(async ({ reason, yes }: AcceptOptions) => {
      if (reason.trim() === '' || reason.length > longestReason)
        throw new ClawholdError('input_reason', `Give a reason of at most ${longestReason} characters.`);
      const { output, person } = session();
      const home = homeFolder();
      const cut = await readCut(home);
      if (cut === undefined)
        throw new ClawholdError('state_no_cut', 'No cut of the ledger waits to be accepted.', {
          hint: 'A cut is found when the gateway starts or connects to its database again.',
        });
      output.line(drawCut(cut));
      if (yes !== true && !person)
        throw new ClawholdError('input_confirmation', 'Nobody is at this terminal to confirm that.', {
          hint: 'Add --yes when you are sure.',
        });
      if (yes !== true && !(await isConfirmed())) return void output.line('Nothing was changed.');
      await writeAcceptance(home, { cut, by: `person:${userInfo().username}`, reason });
      const next =
        findManager(home) === undefined ? 'Go on with: npx clawhold up' : 'Clawhold goes on with its next record.';
      output.result({ accepted: cut, reason }, () => `${paint.good('Accepted.')} ${next}`);
    });
}

async function isConfirmed(): Promise<boolean> {
  process.stdout.write('Go on without these records? y / n ');
  const stopped = new AbortController();
  const key = await readKey({ keys: ['y', 'n', '\r'], signal: stopped.signal, onInterrupt: () => undefined });
  process.stdout.write(key === 'y' ? 'yes\n' : 'no\n');
  return key === 'y';
}
