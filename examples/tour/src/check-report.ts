import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBooks } from './books.ts';
import { expectedFindings, type Finding, findingKinds, payableTotal } from './findings.ts';
import { plain } from './money.ts';

/**
 * Compares `report.md` and `reconciliation.csv` with what is right for a seed.
 *
 * @returns one sentence for each thing that is wrong; empty when both files are right.
 */
export async function checkReport(folder: string, seed: number): Promise<readonly string[]> {
  const findings = expectedFindings(createBooks(seed));
  const [report, table] = await Promise.all(
    ['report.md', 'reconciliation.csv'].map((name) => readIfThere(join(folder, name))),
  );
  return [
    ...(report === undefined ? ['There is no report.md.'] : reportProblems(report, findings)),
    ...(table === undefined ? ['There is no reconciliation.csv.'] : tableProblems(table, findings)),
  ];
}

function reportProblems(report: string, findings: readonly Finding[]): readonly string[] {
  const wanted = [
    ...findingKinds.map((kind) => [kind, String(findings.filter((finding) => finding.kind === kind).length)] as const),
    ['payable', plain(payableTotal(findings))] as const,
  ];
  return wanted.flatMap(([name, value]) => {
    const [, found] = new RegExp(`^\\| ${name} \\| ([^|]*) \\|`, 'm').exec(report) ?? [];
    return found?.trim() === value
      ? []
      : [`report.md says "${found?.trim() ?? 'nothing'}" for ${name}; right is ${value}.`];
  });
}

function tableProblems(table: string, findings: readonly Finding[]): readonly string[] {
  const wanted = new Set(findings.map(row));
  const found = new Set(table.trim().split('\n').slice(1));
  return [
    ...[...wanted].filter((line) => !found.has(line)).map((line) => `reconciliation.csv lacks ${line}`),
    ...[...found].filter((line) => !wanted.has(line)).map((line) => `reconciliation.csv has the wrong row ${line}`),
  ];
}

function row({ kind, path, purchaseOrder, invoiced, expected }: Finding): string {
  return [
    path ?? '',
    purchaseOrder,
    invoiced === null ? '' : plain(invoiced),
    expected === null ? '' : plain(expected),
    kind,
  ].join(',');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return undefined;
    throw error;
  }
}
