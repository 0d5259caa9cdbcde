import { pipeline } from 'node:stream/promises';
import { type AcceptedCut, type AlteredLedger, type IntactLedger, verifyExport } from '@clawhold/ledger';
import { AttestationCheck, type AttestationVerdict } from '../audit/attestations.ts';
import { type EvidenceFiles, gatherEvidence } from '../audit/evidence.ts';
import { writeExport } from '../audit/write-export.ts';
import { connect } from '../connection/connect.ts';
import { hostileLine } from '../terminal/hostile.ts';
import { paint } from '../terminal/output.ts';
import { addAcceptCut } from './audit-cut.ts';
import { addTail } from './audit-tail.ts';
import type { AddCommand } from './command.ts';

export const addAudit: AddCommand = (program, session) => {
  const audit = program.command('audit').description('verify, export and read the ledger');

  audit
    .command('verify')
    .description(
      'compute the whole ledger again, here, name the first bad record, and check who signed what of sandboxes',
    )
    .option('--export <file>', 'verify this export instead of the Clawhold that runs; works on any machine')
    .option('--heads <file>', 'signed heads that were kept outside (audit heads)')
    .option('--key <file>', 'public key, PEM (audit key)')
    .action(async (files: EvidenceFiles) => {
      const { chunks, heads, key } = await gatherEvidence(files);
      const check = new AttestationCheck();
      const result = await verifyExport(chunks, { heads, key, watch: check });
      if (result.kind === 'altered') {
        session().output.result(result, () => drawAltered(result));
        process.exitCode = 1;
        return;
      }
      const attestations = check.verdict();
      session().output.result(
        { ...result, attestations },
        () => `${drawIntact(result)}\n${drawAttestations(attestations)}`,
      );
      if (attestations.findings.length > 0) process.exitCode = 1;
    });

  audit
    .command('export')
    .description('write the whole ledger as NDJSON, for "audit verify --export" on any machine')
    .option('--out <file>', 'a new file; default: stdout')
    .action(async ({ out }: { out?: string }) => {
      const chunks = await connect().api.download('/audit/export');
      if (out === undefined) return pipeline(chunks, process.stdout, { end: false });
      const bytes = await writeExport(out, chunks);
      const next = `npx clawhold audit verify --export ${out} --key FILE`;
      session().output.result({ file: out, bytes }, () => `${out}: ${bytes} bytes. Verify it anywhere with: ${next}`);
    });

  audit
    .command('head')
    .description('show the last signed tree head')
    .action(async () => {
      const { data } = await connect().api.GET('/audit/head');
      session().output.result(data, () => `${data?.size ?? 0} records, tree head ${data?.root ?? '(empty)'}`);
    });

  audit
    .command('heads')
    .description('print the signed heads that are kept outside the database: take them away, they show a cut end')
    .action(async () => {
      const { data } = await connect().api.GET('/audit/head');
      for (const head of data?.heads ?? []) process.stdout.write(`${JSON.stringify(head)}\n`);
    });

  audit
    .command('key')
    .description('print the public key that exports are verified with')
    .action(async () => {
      const { data } = await connect().api.GET('/audit/head');
      session().output.result({ publicKey: data?.publicKey }, () => (data?.publicKey ?? '').trimEnd());
    });

  addTail(audit, session);
  addAcceptCut(audit, session);
};

function drawAltered({ firstBad, explanation }: AlteredLedger): string {
  return `${paint.bad('ALTERED')} at record ${firstBad}: ${explanation}`;
}

function drawAttestations({ signed, findings }: AttestationVerdict): string {
  const good = `The supervisor signed what was measured of ${signed} ${signed === 1 ? 'sandbox' : 'sandboxes'}.`;
  const bad = findings.map(
    ({ sequence, run, sandbox, explanation }) =>
      `${paint.bad('NOT SIGNED')} at record ${sequence}, ${hostileLine(sandbox)} of ${hostileLine(run)}: ${explanation}`,
  );
  return [good, ...bad].join('\n');
}

function drawIntact({ records, head, headSource, acceptedCuts }: IntactLedger): string {
  const source =
    headSource === 'outside'
      ? 'The signed head that is kept outside the database agrees.'
      : paint.warn('There was no head from outside the database, so a cut end could not be seen.');
  const first = `${paint.good('INTACT')}  ${records} records, tree head ${head?.root ?? '(empty)'}`;
  return [first, source, ...acceptedCuts.map(drawCut)].join('\n');
}

function drawCut({ found, headSize }: AcceptedCut): string {
  const lost = headSize - found;
  return paint.warn(`After record ${found}, ${lost} lost ${lost === 1 ? 'record was' : 'records were'} accepted.`);
}
