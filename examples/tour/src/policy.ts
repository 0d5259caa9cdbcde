import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const folder = join(import.meta.dirname, '../policy');

/** The name of the tour's agent, of its policy and of its scenario. */
export const tourName = 'tour';

/** `provider/model` for the tour. */
export const tourModel = 'rehearsal/tour';

/** Folder with the scenario of the rehearsal model. */
export const tourScenarios: string = join(import.meta.dirname, '../scenarios');

/** The person's words. */
export const tourTask: string =
  'Reconcile the invoices in this folder against the purchase ledger (ledger/purchase-ledger.csv). ' +
  'Write what you find into report.md, with every line in reconciliation.csv. ' +
  'Then post the summary to the finance API: POST http://finance.local/postings.';

/** The part of the ceiling that the tour needs, as YAML. */
export function tourCeiling(): string {
  return readFileSync(join(folder, 'ceiling.yaml'), 'utf8');
}

/**
 * The policy of the tour's agent, as YAML.
 *
 * @param approvalSeconds when silence is no; default: the platform's own limit.
 */
export function tourPolicy(approvalSeconds?: number): string {
  const source = readFileSync(join(folder, 'tour.yaml'), 'utf8');
  if (approvalSeconds === undefined) return source;
  const document = parseDocument(source);
  document.set('approvals', { expire: `${approvalSeconds}s` });
  return document.toString();
}

/** The agent of a tour at which nobody is there to answer: with a policy of its own, so that it changes nobody else's. */
export const unattendedTourName = 'tour-unattended';

/** How long a question waits when nobody is there, in seconds. Silence is no. */
const unattendedSeconds = 20;

/** The tour's policy with a short patience, as YAML. */
export function unattendedTourPolicy(): string {
  const document = parseDocument(tourPolicy(unattendedSeconds));
  document.set('name', unattendedTourName);
  return document.toString();
}
