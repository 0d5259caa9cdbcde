import { ClawholdError } from '@clawhold/spec';
import type { Command } from 'commander';
import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { type Output, paint } from '../terminal/output.ts';
import type { Session } from './command.ts';

interface TailOptions {
  readonly lines: string;
  readonly follow: boolean;
}

interface Entry {
  readonly sequence: number;
  readonly time: string;
  readonly type: string;
  readonly actor: string;
  readonly run: string | null;
}

function print(output: Output, text: string): void {
  if (output.json) return void process.stdout.write(`${text}\n`);
  const entry = JSON.parse(text) as Entry; // of the gateway
  const who = `${hostileLine(entry.actor, 24).padEnd(16)} ${entry.run ?? ''}`;
  const number = String(entry.sequence).padStart(6);
  output.line(`${paint.quiet(number)}  ${entry.time}  ${entry.type.padEnd(22)} ${paint.quiet(who)}`);
}

export function addTail(audit: Command, session: () => Session): void {
  audit
    .command('tail')
    .description('show the last records and follow new ones')
    .option('-n, --lines <count>', 'how many earlier records', '10')
    .option('--no-follow', 'end after them')
    .action(async ({ lines, follow }: TailOptions) => {
      if (!/^\d{1,9}$/.test(lines))
        throw new ClawholdError('input_lines', `"${lines}" is no number of lines.`, { hint: 'For example: -n 20' });
      const { api } = connect();
      const { output } = session();
      const after = -Number(lines);
      if (!follow) {
        const { data } = await api.GET('/audit/entries', { params: { query: { after } } });
        for (const entry of data?.entries ?? []) print(output, JSON.stringify(entry));
        return;
      }
      const ending = new AbortController();
      process.once('SIGINT', () => ending.abort());
      for await (const { event, data } of api.follow('/audit/tail', { signal: ending.signal, after }))
        if (event === 'entry') print(output, data);
    });
}
