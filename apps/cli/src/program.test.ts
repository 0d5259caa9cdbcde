import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launcherBinary, temporaryFolder, verifies } from '@clawhold/testkit';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';
import { exitCodes } from './terminal/exit-codes.ts';
import { clawhold } from './testing/clawhold.ts';

const main = new URL('./main.ts', import.meta.url).pathname;
const run = promisify(execFile);

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

const wanted =
  'up down status doctor run runs show approvals approve deny diff keep discard undo stop policy check audit verify tail';

test(verifies('cli.complete', 'every command of the issue is there, says what it does, and takes --json'), async () => {
  const commands = everyCommand(await createProgram());
  expect(commands.map((command) => command.name())).toEqual(expect.arrayContaining(wanted.split(' ')));
  for (const command of commands) {
    const help = command.helpInformation();
    expect(command.description(), command.name()).not.toBe('');
    expect(help).toContain('--json');
    for (const argument of command.registeredArguments) expect(argument.description, argument.name()).not.toBe('');
  }
});

test('help ends well, and goes to stdout', async () => {
  const { status, stdout, stderr } = await clawhold('run', '--help');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('--dir');
});

test.each([
  ['an unknown command', ['fly']],
  ['an unknown option', ['runs', '--bogus']],
  ['a missing argument', ['show']],
  ['no Clawhold that runs', ['runs']],
  ['no such folder', ['run', 'x', '--dir', '/no/such/folder']],
  ['no such file', ['policy', 'check', '/no/such/file']],
  ['a count that is none', ['runs', '-n', 'many']],
])(
  `${verifies('cli.json-only', 'a mistake is one JSON line with code and sentence, and status 1')}: %s`,
  async (_name, words) => {
    const { status, stdout, stderr } = await clawhold(...words, '--json');
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: expect.any(String), message: expect.stringMatching(/\w/) },
    });
  },
);

test('a reader that goes away early ends it quietly, with the status of SIGPIPE', async () => {
  const script = '{ "$1" "$2" complete bash; echo $? >&2; } | true';
  const { stderr } = await run('sh', ['-c', script, 'sh', process.execPath, main]);
  expect(stderr).toBe('141\n');
});

test('a mistake is one clear sentence for people, on stderr', async () => {
  const { status, stdout, stderr } = await clawhold('statsu');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/unknown command 'statsu'.*status/);
  expect(stderr).not.toContain('    at ');
});

test('status says with its own number that nothing runs', async () => {
  const { status, stdout } = await clawhold('status', '--json');
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ running: false });
});

test('a good policy is valid, and one with a typo is told with line and nearest key', async () => {
  const folder = await temporaryFolder();
  const [good, bad] = [join(folder, 'good.yaml'), join(folder, 'bad.yaml')];
  await writeFile(good, 'version: 1\nname: a\ntools:\n  - { match: shell.exec, decision: ask }\n');
  await writeFile(bad, 'version: 1\nname: a\ntols:\n  - { match: shell.exec, decision: ask }\n');
  const fine = await clawhold('policy', 'check', good, '--json');
  expect([fine.status, JSON.parse(fine.stdout).valid]).toEqual([0, true]);
  const typo = await clawhold('policy', 'check', bad);
  expect(typo.status).toBe(1);
  expect(typo.stdout).toMatch(/bad\.yaml:3:1: error: .*tols.*tools/);
});

test.each(['bash', 'zsh', 'fish'])('the completion script for %s is printed', async (shell) => {
  const { status, stdout, stderr } = await clawhold('complete', shell);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('clawhold');
  if (shell === 'bash') await run('bash', ['-n', '-c', stdout]);
});

test('completion knows the commands', async () => {
  const { stdout } = await clawhold('complete', '--', 'app');
  expect(stdout).toMatch(/^approvals/m);
  expect(stdout).toMatch(/^approve/m);
});

test.each(
  everyCommand(await createProgram())
    .slice(1)
    .map((command) => [command.name(), command] as const),
)(`${verifies('cli.complete', 'the help of %s says how it is called and what each option does')}`, (name, command) => {
  const help = command.helpInformation();
  expect(help).toMatch(new RegExp(`^Usage: clawhold (?:\\S+ )*${name}\\b`));
  const unwrapped = help.replaceAll(/\s+/g, ' '); // long descriptions stand on two lines
  for (const argument of command.registeredArguments) expect(unwrapped).toContain(argument.description);
  for (const option of command.options) {
    expect(option.description, option.flags).not.toBe('');
    expect(help).toContain(option.flags);
  }
});

test('the help of run names every status', async () => {
  const { stdout } = await clawhold('run', '--help');
  expect(stdout.match(/^ {2}\d+/gm)?.map(Number)).toEqual(Object.values(exitCodes));
});

test(
  verifies('cli.doctor-names-cure', 'where user namespaces are forbidden, doctor says how to allow them'),
  async () => {
    await launcherBinary();
    const script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"';
    const words = ['--user', '--map-root-user', 'sh', '-c', script, process.execPath, main, 'doctor'];
    const env = { PATH: process.env['PATH'], CLAWHOLD_HOME: join(await temporaryFolder(), 'none') };
    const failed = (await run('unshare', words, { env }).then(
      () => expect.unreachable('doctor found nothing wrong'),
      (error: unknown) => error,
    )) as { readonly code: number; readonly stdout: string }; // of execFile
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/✗ namespaces .*forbidden.*sudo sysctl/);
  },
);

/** The command at a terminal, as `script` of util-linux makes one. */
async function atTerminal(words: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { PATH: process.env['PATH'], CLAWHOLD_HOME: join(await temporaryFolder(), 'none'), ...environment };
  const { stdout } = await run('script', ['-qec', `${process.execPath} ${main} ${words}`, '/dev/null'], { env });
  return stdout;
}

test('a terminal gets colours, and none where NO_COLOR is set', async () => {
  const colour = `${String.fromCharCode(27)}[3`;
  expect(await atTerminal('doctor', { TERM: 'xterm-256color' })).toContain(colour);
  expect(await atTerminal('doctor', { TERM: 'xterm-256color', NO_COLOR: '1' })).not.toContain(colour);
});

test('nothing is coloured where stdout is no terminal, and a home that is not there yet has a disk', async () => {
  const { stdout } = await clawhold('doctor');
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain('GiB free at');
});
