import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHands } from './hands.ts';
import { readShellWords } from './shell-words.ts';

const workspace = '/task/openclaw-ssh-workspace-0a1b/workspace';
const quote = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`;
const line = (...words: readonly string[]): string => words.map(quote).join(' ');
const none = new Uint8Array();
const fs = (...words: readonly string[]): string => line('/bin/sh', '-c', 'set -eu', 'openclaw-sandbox-fs', ...words);

test(verifies('agents.split', 'what a program quoted is read back as it was'), () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
      expect(readShellWords(line(...words))).toEqual(words);
    }),
    { numRuns: scale(50) },
  );
  for (const open of ["'a", "'a'b;c", 'a; b', '$(id)', "'a'  'b' &", '`id`', 'a\nb'])
    expect(readShellWords(open), open).toBeUndefined();
});

test(verifies('agents.split-taken-over', 'no script that comes with a name is ever in what is run'), () => {
  const names = ['check', 'clear', 'upload', 'exec-stage', 'exec-cleanup', 'fs', 'validate', 'x'];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.constantFrom('read', 'write', 'remove', 'rename', workspace, 'a', '', '1', '/etc/passwd', '../x')),
      (name, rest) => {
        const command = line('/bin/sh', '-c', 'EVIL', `openclaw-sandbox-${name}`, ...rest);
        const { readsInput, read } = createHands();
        readsInput(command);
        expect(JSON.stringify(read(command, none))).not.toContain('EVIL');
      },
    ),
    { numRuns: scale(200) },
  );
});

test('what is not in the workspace is refused, and a failure is all that is told', () => {
  const { read } = createHands();
  for (const command of [
    fs('read', '/etc', '', 'passwd'),
    fs('/etc/passwd', '0', '/etc'),
    line('/bin/sh', '/tmp/other/exec.sh'),
    line('ls', '/'),
    'ls /',
  ])
    expect(read(command, none), command).toMatchObject({ kind: 'answer', answer: { status: 1 } });
});

test('files of the task and files that are the agent are told apart', () => {
  const { read } = createHands();
  const where = (folder: string, name: string) => read(fs('read', workspace, folder, name), none);
  expect(where('', 'notes.md')).toMatchObject({ where: 'task', call: { arguments: { path: 'notes.md' } } });
  expect(where('deep', 'SOUL.md')).toMatchObject({ where: 'task' });
  expect(where('', 'SOUL.md')).toMatchObject({ where: 'mind', call: { arguments: { path: 'SOUL.md' } } });
  expect(where('memory', '2026-01-02.md')).toMatchObject({ where: 'mind' });
  expect(where('memory', 'project.md')).toMatchObject({ where: 'task' });
});

test('what changes files in other ways is a command, in words that a person reads', () => {
  const { read } = createHands();
  const commandOf = (...words: readonly string[]): unknown => read(fs(...words), none);
  expect(commandOf('remove', workspace, 'a', "it's", '1', '1')).toMatchObject({
    call: { tool: 'shell.exec', arguments: { command: `rm -r -f -- 'a/it'\\''s'` } },
  });
  expect(commandOf('rename', workspace, '', 'a', workspace, 'b', 'c')).toMatchObject({
    call: { arguments: { command: 'mv -T -- a b/c' } },
  });
});
