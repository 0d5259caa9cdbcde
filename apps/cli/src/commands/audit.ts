import { createPublicKey } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { signedHeadSchema, type Verification, verifyExport, verifyingKey } from '@clawhold/ledger';
import { ClawholdError } from '@clawhold/spec';
import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import type { AddCommand } from './command.ts';

interface VerifyOptions {
  readonly export?: string;
  readonly heads?: string;
  readonly key?: string;
}

/** What the verifier needs: from files when they are given, else from the Clawhold that runs. */
async function material(options: VerifyOptions) {
  if (options.export === undefined) {
    const { api } = connect();
    const { data } = await api.GET('/audit/head');
    if (data === undefined) throw new ClawholdError('gateway_unknown', 'The gateway did not say which head it signed.');
    return { chunks: await api.download('/audit/export'), heads: data.heads, key: data.publicKey };
  }
  if (options.key === undefined)
    throw new ClawholdError('input_verify', 'An export is verified with the public key of its installation.', {
      hint: 'Add --key FILE; the key is in the answer of: npx clawhold audit head --json',
    });
  const lines = options.heads === undefined ? '' : await readFile(options.heads, 'utf8');
  const heads = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { chunks: createReadStream(options.export), heads, key: await readFile(options.key, 'utf8') };
}

function draw(result: Verification): string {
  if (result.kind === 'altered') return `${paint.bad('ALTERED')} at record ${result.firstBad}: ${result.explanation}`;
  const { records, head, headSource } = result;
  const source =
    headSource === 'outside'
      ? 'The signed head that is kept outside the database agrees.'
      : paint.warn('There was no head from outside the database, so a cut end could not be seen.');
  return `${paint.good('INTACT')}  ${records} records, tree head ${head?.root ?? '(empty)'}\n${source}`;
}

export const addAudit: AddCommand = (program, session) => {
  const audit = program.command('audit').description('verify and read the ledger');

  audit
    .command('verify')
    .description('compute the whole ledger again, here, and name the first bad record')
    .option('--export <file>', 'verify this export instead of the Clawhold that runs')
    .option('--heads <file>', 'signed heads that were kept outside (heads.jsonl)')
    .option('--key <file>', 'public key, PEM')
    .action(async (options: VerifyOptions) => {
      const { chunks, heads, key } = await material(options);
      const result = await verifyExport(chunks, {
        heads: heads.map((head) => signedHeadSchema.parse(head)),
        key: verifyingKey(createPublicKey(key)),
      });
      session().output.result(result, () => draw(result));
      if (result.kind === 'altered') process.exitCode = 1;
    });

  audit
    .command('head')
    .description('show the last signed tree head and the public key')
    .action(async () => {
      const { api } = connect();
      const { data } = await api.GET('/audit/head');
      session().output.result(data, () => `${data?.size ?? 0} records, tree head ${data?.root ?? '(empty)'}`);
    });

  audit
    .command('tail')
    .description('show the last records and follow new ones')
    .option('-n, --lines <count>', 'how many earlier records', '10')
    .option('--no-follow', 'end after them')
    .action(async ({ lines, follow }: { lines: string; follow: boolean }) => {
      const { api } = connect();
      const { output } = session();
      const print = (text: string): void => {
        const entry = JSON.parse(text) as {
          sequence: number;
          time: string;
          type: string;
          actor: string;
          run: string | null;
        };
        if (output.json) process.stdout.write(`${text}\n`);
        else
          output.line(
            `${paint.quiet(String(entry.sequence).padStart(6))}  ${entry.time}  ${entry.type.padEnd(22)} ${paint.quiet(`${hostileLine(entry.actor, 24).padEnd(16)} ${entry.run ?? ''}`)}`,
          );
      };
      const after = -Number(lines);
      if (!follow) {
        const { data } = await api.GET('/audit/entries', { params: { query: { after } } });
        for (const entry of data?.entries ?? []) print(JSON.stringify(entry));
        return;
      }
      const ending = new AbortController();
      process.once('SIGINT', () => ending.abort());
      for await (const { event, data } of api.follow('/audit/tail', { signal: ending.signal, after }))
        if (event === 'entry') print(data);
    });
};
