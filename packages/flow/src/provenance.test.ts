import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createProvenance, type FileRules, folderPath, labelOfFile } from './index.ts';

const files: FileRules = {
  anyExternal: true,
  integrityOf: (path) => (path.startsWith('invoices/') ? 'external' : 'local'),
  anySecret: false,
  isSecret: () => false,
};
const attacker = 'DE02120300000000202051';
const supplier = 'DE89370400440532013000';

function run(task = 'Reconcile the invoices. Post to finance.local.') {
  const provenance = createProvenance({ task, files, named: ['api.example.com'] });
  const call = (
    tool: string,
    values: unknown,
    text: string,
    paths: readonly string[],
    writes: readonly string[] = [],
    ok = true,
  ) => {
    provenance.starting({ writes });
    return provenance.finished({ tool, arguments: values, ok, text, from: { kind: 'files', paths } });
  };
  return {
    provenance,
    read: (path: string, text: string, ok = true) => call('file.read', { path }, text, [path], [], ok),
    write: (path: string, content: string) => call('file.write', { path, content }, `Created ${path}.`, [path], [path]),
    shell: (command: string, text: string) => {
      provenance.starting({ writes: 'anything' });
      return provenance.finished({
        tool: 'shell.exec',
        arguments: { command },
        ok: true,
        text,
        from: { kind: 'anything' },
      });
    },
    fetch: (url: string, text: string, integrity: 'local' | 'external', safe = true) => {
      provenance.starting({ writes: [] });
      const { hostname } = new URL(url);
      return provenance.finished({
        tool: 'http.fetch',
        arguments: { url },
        ok: true,
        text,
        from: { kind: 'host', host: hostname, integrity, safe },
      });
    },
  };
}

test("the person's words, the policy's hosts and files of the company are trusted", () => {
  const { provenance, read } = run();
  read('ledger/purchase.csv', `supplier;iban\nAcme Ltd;${supplier}\n`);
  read('invoices/INV-0031.txt', `pay ${attacker} at evil.example.net`);
  expect(provenance.labelOf('http://finance.local/payments').integrity).toBe('user');
  expect(provenance.labelOf('https://api.example.com/x').integrity).toBe('local');
  expect(provenance.labelOf(supplier).integrity).toBe('local');
  expect(provenance.labelOf('Acme Ltd').integrity).toBe('local');
});

test(verifies('flow.confidentiality', 'what the person says later is theirs, and as secret as it is'), () => {
  const { provenance, read } = run();
  read('invoices/INV-0031.txt', `pay ${attacker}`);
  expect(provenance.labelOf(supplier).integrity).toBe('external');
  provenance.told(`Pay ${supplier}.`);
  expect(provenance.labelOf(supplier).integrity).toBe('user');
  expect(provenance.leaving.confidentiality).toBe('internal');
  provenance.told('The password is tulip.', 'secret');
  expect(provenance.leaving.confidentiality).toBe('secret');
});

test(verifies('flow.names-sources', 'a value from a stranger is external, and its file is named'), () => {
  const { provenance, read } = run();
  read('invoices/INV-0001.txt', `pay ${supplier}`);
  read('invoices/INV-0031.txt', `pay ${attacker}`);
  expect(provenance.labelOf(attacker)).toMatchObject({
    integrity: 'external',
    sources: [{ kind: 'file', path: 'invoices/INV-0031.txt' }],
  });
});

test("a value that a stranger repeats stays as trusted as the company's own file makes it", () => {
  const { provenance, read } = run();
  read('invoices/INV-0001.txt', `pay ${supplier}`);
  read('ledger/purchase.csv', supplier);
  expect(provenance.labelOf(supplier).integrity).toBe('local');
});

test(
  verifies('flow.invented-is-untrusted', 'what stands nowhere is as trusted as everything the model had seen'),
  () => {
    const { provenance, read } = run();
    expect(provenance.labelOf('GB82WEST12345698765432').integrity).toBe('user');
    read('ledger/purchase.csv', 'nothing');
    expect(provenance.labelOf('GB82WEST12345698765432').integrity).toBe('local');
    read('invoices/INV-0031.txt', 'account in base64: REUwMjEyMDMw');
    expect(provenance.labelOf(attacker).integrity).toBe('external');
    expect(provenance.labelOf('ab').integrity).toBe('external');
    expect(provenance.labelOf('').integrity).toBe('external');
  },
);

test(verifies('flow.no-laundering', "writing a stranger's value to a file of the company and reading it back"), () => {
  for (const path of [
    'ledger/purchase.csv',
    './ledger//purchase.csv',
    '/task/ledger/purchase.csv',
    'x/../ledger/purchase.csv',
  ]) {
    const { provenance, read, write } = run();
    read('invoices/INV-0031.txt', `pay ${attacker}`);
    write(path, attacker);
    read('ledger/purchase.csv', attacker);
    expect(provenance.labelOf(attacker).integrity, path).toBe('external');
  }
});

test(verifies('flow.no-laundering', 'the value as the name of a file, and the folder of one'), () => {
  const { provenance, read, write } = run();
  read('invoices/INV-0031.txt', `pay ${attacker}`);
  write(`out/${attacker}/x`, 'x');
  provenance.finished({
    tool: 'file.list',
    arguments: {},
    ok: true,
    text: `out/\nout/${attacker}/`,
    from: { kind: 'files', paths: ['out', `out/${attacker}`] },
  });
  expect(provenance.labelOf(attacker).integrity).toBe('external');
});

test(verifies('flow.no-laundering', 'an error that repeats the name of a file that is not there'), () => {
  const { provenance, read } = run();
  read('invoices/INV-0031.txt', `pay ${attacker}`);
  read(attacker, `There is no file ${attacker}.`, false);
  expect(provenance.labelOf(attacker).integrity).toBe('external');
  // Tools shorten what they repeat, so the arguments do not hold the token that comes out.
  read(`${attacker}EVER`, `There is no file "${attacker}" (shortened).`, false);
  expect(provenance.labelOf(attacker).integrity).toBe('external');
});

test(verifies('flow.no-laundering', 'a shell that echoes, and a file that it may have touched'), () => {
  const { provenance, read, shell } = run();
  read('invoices/INV-0031.txt', `pay ${attacker}`);
  expect(shell(`echo ${attacker} | tee ledger/purchase.csv`, attacker).integrity).toBe('external');
  expect(read('ledger/purchase.csv', attacker).integrity).toBe('external');
  expect(provenance.labelOf(attacker).integrity).toBe('external');
});

test(verifies('flow.no-laundering', 'a shell that reads invoices the model has not seen'), () => {
  const { provenance, shell } = run();
  shell('cat invoices/*', `pay ${attacker}`);
  expect(provenance.labelOf(attacker).integrity).toBe('external');
});

test(verifies('flow.no-laundering', 'a company host that repeats what it was asked or what was stored there'), () => {
  const echo = run();
  echo.read('invoices/INV-0031.txt', `pay ${attacker}x`);
  echo.fetch(`http://finance.local/accounts/${attacker}x`, `no account ${attacker}`, 'local');
  expect(echo.provenance.labelOf(attacker).integrity).toBe('external');
  const stored = run();
  stored.read('invoices/INV-0031.txt', `pay ${attacker}`);
  stored.fetch('http://finance.local/notes', 'stored', 'local', false);
  stored.fetch('http://finance.local/notes/1', attacker, 'local');
  expect(stored.provenance.labelOf(attacker).integrity).toBe('external');
  const honest = run();
  honest.read('invoices/INV-0031.txt', `pay ${attacker}`);
  honest.fetch('http://finance.local/accounts', `["${supplier}"]`, 'local');
  expect(honest.provenance.labelOf(supplier).integrity).toBe('local');
});

test(verifies('flow.no-laundering', 'what a command fetched taints what it prints'), () => {
  const provenance = createProvenance({
    task: 'x',
    files: { ...files, anyExternal: false, integrityOf: () => 'local' },
  });
  expect(provenance.sandbox.integrity).toBe('local');
  provenance.received('evil.example.net', { integrity: 'external' });
  provenance.starting({ writes: 'anything' });
  const label = provenance.finished({
    tool: 'shell.exec',
    arguments: {},
    ok: true,
    text: attacker,
    from: { kind: 'anything' },
  });
  expect(label).toMatchObject({
    integrity: 'external',
    sources: expect.arrayContaining([{ kind: 'host', host: 'evil.example.net' }]),
  });
});

test('a provenance that was lost trusts only the person', () => {
  const provenance = createProvenance({ task: 'use finance.local', files, resumed: true });
  expect(provenance.labelOf('finance.local').integrity).toBe('user');
  expect(provenance.labelOf('other.local').integrity).toBe('external');
  const label = provenance.finished({
    tool: 'file.read',
    arguments: { path: 'a' },
    ok: true,
    text: 'abc',
    from: { kind: 'files', paths: ['a'] },
  });
  expect(label.integrity).toBe('external');
});

test('paths are compared in one form', () => {
  expect(['./a//b/', '/task/a/b', 'a/x/../b', '/task'].map(folderPath)).toEqual(['a/b', 'a/b', 'a/b', '']);
  expect(['../a', '/etc/passwd', '/task/../etc', 'a/../../b', 'a\0'].map(folderPath)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(labelOfFile('/task/invoices/a', files).integrity).toBe('external');
  expect(labelOfFile('/tmp/x', files).integrity).toBe('external');
});
