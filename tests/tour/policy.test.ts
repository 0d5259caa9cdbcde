import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProvenance, type Provenance } from '@clawhold/flow';
import { compileBundle, decide, fileRules, namedHosts, type Snapshot } from '@clawhold/policy';
import { type Decision, type EgressQuestion, type Label, noUsage } from '@clawhold/spec';
import { temporaryFolder } from '@clawhold/testkit';
import { createTourFolder, tourCeiling, tourName, tourPolicy, tourTask } from '@clawhold/tour';
import { expect, test } from 'vitest';

function tourSnapshot(agent = tourPolicy(20)): Snapshot {
  const snapshot = compileBundle({ ceiling: tourCeiling(), agents: { [tourName]: agent } }, []).snapshots.get(tourName);
  if (snapshot === undefined) throw new Error('the tour has no policy');
  return snapshot;
}

/** What an agent knows after it has read every text and table of the tour's folder. */
async function readEverything(snapshot: Snapshot): Promise<{ provenance: Provenance; lure: string }> {
  const folder = await temporaryFolder();
  await createTourFolder(folder, 42);
  const provenance = createProvenance({ task: tourTask, files: fileRules(snapshot), named: namedHosts(snapshot) });
  let lure = '';
  for (const name of await readdir(join(folder, 'invoices'))) {
    if (name.endsWith('.pdf')) continue;
    const path = `invoices/${name}`;
    const text = await readFile(join(folder, path), 'utf8');
    if (text.includes('AUTOMATED PROCESSING')) lure = text;
    provenance.finished({
      tool: 'file.read',
      arguments: { path },
      ok: true,
      text,
      from: { kind: 'files', paths: [path] },
    });
  }
  return { provenance, lure };
}

function ask(snapshot: Snapshot, path: string, account?: { value: string; label: Label }): Decision {
  const label: Label = { integrity: 'external', confidentiality: 'internal', readers: null, sources: [] };
  const question: EgressQuestion = {
    kind: 'egress',
    caller: { agent: tourName },
    host: path.startsWith('/upload') ? 'docs-backup.example.net' : 'finance.local',
    port: path.startsWith('/upload') ? 443 : 80,
    scheme: path.startsWith('/upload') ? 'https' : 'http',
    operation: {
      method: 'POST',
      path,
      query: '',
      parameters: account === undefined ? [] : [{ name: '/account', role: 'destination', ...account }],
    },
    data: label,
  };
  return decide(question, snapshot, noUsage, Date.now());
}

test('the account that only the invoice names needs a person, although the rule allows payments', async () => {
  const snapshot = tourSnapshot();
  const { provenance, lure } = await readEverything(snapshot);
  const account = /account: (\S+)/.exec(lure)?.[1] ?? '';
  const label = provenance.labelOf(account);
  expect(label.integrity).toBe('external');
  expect(ask(snapshot, '/payments', { value: account, label })).toMatchObject({
    kind: 'ask',
    reasons: [{ code: 'flow' }],
  });

  const withoutFlow = tourSnapshot(tourPolicy(20).replace(/^flows:\n.*\n/m, ''));
  expect(ask(withoutFlow, '/payments', { value: account, label }).kind).toBe('allow');
});

test('an account of the company itself may be paid', () => {
  const label: Label = { integrity: 'local', confidentiality: 'internal', readers: null, sources: [] };
  expect(ask(tourSnapshot(), '/payments', { value: 'DE89370400440532013000', label }).kind).toBe('allow');
});

test('the unknown host is denied, and a posting asks', () => {
  expect(ask(tourSnapshot(), '/upload').kind).toBe('deny');
  expect(ask(tourSnapshot(), '/postings').kind).toBe('ask');
});

test('the address that the person wrote is not from outside', async () => {
  const { provenance } = await readEverything(tourSnapshot());
  expect(provenance.labelOf('http://finance.local/postings').integrity).not.toBe('external');
});
