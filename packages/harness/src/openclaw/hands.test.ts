import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scale, temporaryFolder, verifies } from '@clawhold/testkit';
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

test(verifies('agents.split-labels', 'a file is read by its own path, never through a symbolic link'), async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'deep/er'), { recursive: true });
  await writeFile(join(folder, 'deep/er/secret.txt'), 'secret');
  await symlink('deep/er/secret.txt', join(folder, 'notes.txt'));
  await symlink('deep', join(folder, 'also'));
  const { read } = createHands();
  const run = (...words: readonly string[]) => {
    const work = read(fs(...words), none);
    const [file = '', ...rest] = (work.kind === 'call' ? work.command : undefined) ?? [];
    const { status, stdout } = spawnSync(file, rest, { cwd: folder, encoding: 'utf8' });
    return [status, stdout.trim()];
  };
  expect(run('read', workspace, 'deep/er', 'secret.txt')).toEqual([0, 'secret']);
  expect(run('readdir', workspace, 'deep')).toEqual([0, '[{"name":"er","isDirectory":true,"isFile":false}]']);
  expect(run('readdir', workspace, '')[0]).toBe(0);
  expect(run('read', workspace, '', 'notes.txt')).toEqual([65, '']);
  expect(run('read', workspace, 'also/er', 'secret.txt')).toEqual([65, '']);
  expect(run('readdir', workspace, 'also/er')).toEqual([65, '']);
  expect(run('read', workspace, 'deep/er', '../er/../../notes.txt')).toEqual([65, '']);
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

const skills = `${workspace}/.openclaw/sandbox-skills/skills`;

test(
  verifies(
    'adoption.skills-held',
    'a skill is read where it thinks, run where the platform shows it, and never written',
  ),
  () => {
    const { read } = createHands();
    expect(read(fs('read', skills, 'sums', 'SKILL.md'), none)).toMatchObject({
      where: 'mind',
      command: expect.arrayContaining(['/opt/clawhold/skills/sums/SKILL.md']),
    });
    for (const operation of ['write', 'create'])
      expect(read(fs(operation, skills, 'sums', 'SKILL.md', '1'), none)).toMatchObject({ answer: { status: 1 } });
    for (const path of ['../../../state/x', 'sums/../../../../state/x', '..', './../x'])
      expect(read(fs('read', skills, '', path), none), path).toMatchObject({ where: 'task' });
    const folder = '/tmp/openclaw-sandbox-exec-1';
    const staged = `#!/bin/sh\nexec '/bin/sh' '-c' ${quote(`cd ${quote(workspace)} && sh ${skills}/sums/add.sh; cat .openclaw/sandbox-skills/skills/sums/x`)}\n`;
    read(line('/bin/sh', '-c', 'x', 'openclaw-sandbox-exec-stage', folder), new TextEncoder().encode(staged));
    expect(read(line('/bin/sh', `${folder}/exec.sh`), none)).toMatchObject({
      call: { arguments: { command: 'sh /opt/clawhold/skills/sums/add.sh; cat /opt/clawhold/skills/sums/x' } },
    });
  },
);
