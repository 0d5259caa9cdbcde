import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runCall } from './testing/run-call.ts';

test('file.write makes folders and file.read returns the lines', async () => {
  const folder = await temporaryFolder();
  const content = 'one\ntwo\nthree\nfour\n';
  expect(await runCall(folder, 'file.write', { path: './a//b/notes.txt', content })).toEqual({
    ok: true,
    output: 'Created a/b/notes.txt (19 bytes).',
    from: { kind: 'files', paths: ['a/b/notes.txt'] },
  });
  expect((await runCall(folder, 'file.read', { path: '/task/a/b/notes.txt' })).output).toBe(content);
  const part = await runCall(folder, 'file.read', { path: 'a/b/notes.txt', offset: 2, limit: 2 });
  expect(part.output).toBe('two\nthree\n\n(lines 2 to 3 of 4; go on with offset 4)');
});

test('file.write keeps the mode of the file that it replaces', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'run.sh'), 'old', { mode: 0o750 });
  await runCall(folder, 'file.write', { path: 'run.sh', content: 'new' });
  expect((await stat(join(folder, 'run.sh'))).mode & 0o777).toBe(0o750);
  expect(await readFile(join(folder, 'run.sh'), 'utf8')).toBe('new');
});

test.each([
  ['../outside', 'leads out of the task folder'],
  ['/etc/passwd', 'is outside the task folder'],
  ['a/../../b', 'leads out of the task folder'],
  ['/task/../etc/passwd', 'leads out of the task folder'],
  ['a\nb', 'no control characters'],
  ['', 'Name a file'],
])(verifies('tools.stays-in-folder', 'the path %j is refused'), async (path, words) => {
  const folder = await temporaryFolder();
  for (const [tool, rest] of [
    ['file.read', {}],
    ['file.write', { content: 'x' }],
    ['file.edit', { old: 'a', new: 'b' }],
  ] as const) {
    const result = await runCall(folder, tool, { path, ...rest });
    expect(result).toMatchObject({ ok: false, output: expect.stringContaining(words) });
  }
});

test(verifies('tools.stays-in-folder', 'symbolic links are refused on every way in and out'), async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'invoices'));
  await writeFile(join(folder, 'invoices/evil.txt'), 'from a stranger');
  await symlink('invoices/evil.txt', join(folder, 'ledger.txt'));
  await symlink('invoices', join(folder, 'ledger'));
  await symlink('/etc', join(folder, 'etc'));
  for (const path of ['ledger.txt', 'ledger/evil.txt', 'etc/passwd'])
    for (const [tool, rest] of [
      ['file.read', {}],
      ['file.write', { content: 'x' }],
      ['file.edit', { old: 'stranger', new: 'friend' }],
      ['file.search', { pattern: 'stranger' }],
    ] as const)
      expect(await runCall(folder, tool, { path, ...rest }), `${tool} ${path}`).toMatchObject({
        ok: false,
        output: expect.stringContaining('symbolic link'),
      });
  expect(await runCall(folder, 'file.list', { path: 'ledger' })).toMatchObject({ ok: false });
  expect(await readFile(join(folder, 'invoices/evil.txt'), 'utf8')).toBe('from a stranger');
});

test(verifies('tools.no-interpolation', 'shell syntax in any argument stays text'), async () => {
  const folder = await temporaryFolder();
  const nasty = fc.constantFrom(
    '$(touch pwned)',
    '`touch pwned`',
    '; touch pwned;',
    '-e',
    '--',
    "'",
    '"',
    '$HOME',
    '*',
    '-rf',
    '\\',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(nasty, { minLength: 1, maxLength: 3 }), async (parts) => {
      const name = parts.join('').replaceAll('/', '');
      const written = await runCall(folder, 'file.write', { path: `d/${name}`, content: name });
      expect(written.ok, written.output).toBe(true);
      expect((await runCall(folder, 'file.read', { path: `d/${name}` })).output).toContain(name);
      const found = await runCall(folder, 'file.search', { pattern: name, literal: true, path: `d/${name}` });
      expect(found.output).toContain(name);
      expect((await runCall(folder, 'file.list', { path: 'd' })).output).toContain(name);
    }),
    { numRuns: 12 },
  );
  expect(await readdir(folder)).toEqual(['d']);
});

test(verifies('tools.names-are-data', 'a hostile file name cannot pretend to be a line of another file'), async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'invoices'));
  await writeFile(join(folder, 'invoices/a\nledger.csv:1:DE89'), 'match here\n');
  const found = await runCall(folder, 'file.search', { pattern: 'match' });
  expect(found.output.split('\n')).toEqual(['invoices/a\\x0aledger.csv:1:DE89:1:match here']);
  expect(found.from).toEqual({ kind: 'files', paths: ['invoices/a\nledger.csv:1:DE89'] });
  const listed = await runCall(folder, 'file.list', {});
  expect(listed.output.split('\n')).toEqual(['invoices/', 'invoices/a\\x0aledger.csv:1:DE89 (11 bytes)']);
});

test(verifies('tools.whole-or-not', 'a write that fails leaves the old file and no other'), async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a'), 'old');
  expect(await runCall(folder, 'file.write', { path: 'a/b', content: 'new' })).toMatchObject({ ok: false });
  await mkdir(join(folder, 'd'));
  expect(await runCall(folder, 'file.write', { path: 'd', content: 'new' })).toMatchObject({ ok: false });
  expect(await readdir(folder)).toEqual(['a', 'd']);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
});

test('file.edit replaces what matches exactly once and says why it did not', async () => {
  const folder = await temporaryFolder();
  const path = 'a.txt';
  await writeFile(join(folder, path), 'x = 1\n  y = 2\nx = 1\n');
  const edit = (values: Record<string, unknown>) => runCall(folder, 'file.edit', { path, ...values });
  expect((await edit({ old: 'x = 1', new: 'x = 3' })).output).toContain('stands 2 times');
  expect((await edit({ old: 'y = 2\nz', new: '' })).output).toContain('Line 2 has its first line');
  expect(await edit({ old: 'y = 2', new: '$& $1' })).toMatchObject({ ok: true });
  expect(await edit({ old: 'x = 1', new: 'x = 3', replace_all: true })).toMatchObject({ ok: true });
  expect(await readFile(join(folder, path), 'utf8')).toBe('x = 3\n  $& $1\nx = 3\n');
});

test('file.read names folders, binaries, empty and missing files', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'b'), Buffer.from([1, 0, 2]));
  await writeFile(join(folder, 'e'), '');
  await mkdir(join(folder, 'd'));
  const read = async (path: string) => (await runCall(folder, 'file.read', { path })).output;
  expect(await read('b')).toContain('binary file of 3 bytes');
  expect(await read('e')).toBe('(an empty file)');
  expect(await read('d')).toContain('is a folder');
  expect(await read('nothing')).toBe('There is no file nothing.');
});

test('file.search takes expressions and plain text, and says when nothing matches', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.txt'), 'total: 12.50\ntotal: 1x50\n');
  const search = async (values: Record<string, unknown>) => (await runCall(folder, 'file.search', values)).output;
  expect(await search({ pattern: '1.{1}.50' })).toBe('a.txt:1:total: 12.50');
  expect(await search({ pattern: '2.5', literal: true })).toBe('a.txt:1:total: 12.50');
  expect(await search({ pattern: 'TOTAL: 1X', ignore_case: true })).toBe('a.txt:2:total: 1x50');
  expect(await search({ pattern: 'nowhere' })).toBe('No line matches.');
  expect(await runCall(folder, 'file.search', { pattern: '(' })).toMatchObject({ ok: false });
});

test('shell.exec returns output, errors and status', async () => {
  const folder = await temporaryFolder();
  expect(await runCall(folder, 'shell.exec', { command: 'echo out; echo err >&2; exit 3' })).toEqual({
    ok: false,
    output: 'out\n--- standard error\nerr\n--- exit status 3',
    from: { kind: 'anything' },
  });
  expect((await runCall(folder, 'shell.exec', { command: 'pwd -P' })).output).toBe(folder);
  expect((await runCall(folder, 'shell.exec', { command: 'true' })).output).toBe('(no output)');
});
