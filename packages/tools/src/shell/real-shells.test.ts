import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectivePrograms } from './effective-programs.ts';

/** Stand-ins that write down that they were started; the rest is real. */
const recorded = ['a', 'b', 'if', 'then', 'x=1', '2', 'git'];
const real = ['env', 'timeout', 'nice', 'nohup', 'sh'];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawhold-test-'));
  mkdirSync(join(folder, 'bin'));
  for (const name of recorded) {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\necho "$\{0##*/}" >>started.log\n`);
    chmodSync(path, 0o755);
  }
  for (const name of real) symlinkSync(join('/usr/bin', name), join(folder, 'bin', name));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The recorded programs that a real shell starts for this command. */
function started(shell: string, command: string): readonly string[] {
  // A folder of its own: what an earlier command left running writes elsewhere.
  const cwd = mkdtempSync(join(folder, 'work-'));
  writeFileSync(join(cwd, 'started.log'), '');
  spawnSync(shell, ['-c', `${command}\nwait`], {
    cwd,
    env: { PATH: join(folder, 'bin') },
    stdio: 'ignore',
    timeout: 5_000,
    killSignal: 'SIGKILL',
  });
  return readFileSync(join(cwd, 'started.log'), 'utf8')
    .split('\n')
    .filter((line) => recorded.includes(line));
}

const program = fc.constantFrom('a', 'b', 'git', 'if', 'x=1', '2', '\\if', '"a"', "g'it'", '$x', '[ a ]', 'a$()', ':');
const before = fc.constantFrom(
  ...'|||2>f |>f |<f |>2 |x=1 |LANG=C |LANG=$x |x=$(b) |! |env |env LANG=$x '.split('|'),
  ...'timeout 1 |timeout -s $x 1 |timeout $x |nice -n 1 |nohup |command |exec |eval '.split('|'),
);
const after = fc.constantFrom(
  '',
  '',
  ' a',
  ' 2>&1',
  ' 2>f',
  ' "$x"',
  ' "$(a)"',
  " '$(a)'",
  ' # b',
  ' {a,b}',
  ' `b`',
  ' \\; b',
);

const grammar = fc.letrec<{ command: string; simple: string }>((tie) => ({
  simple: fc.tuple(before, before, program, after).map((parts) => parts.join('')),
  command: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('simple'),
    fc
      .tuple(tie('command'), fc.constantFrom(' ; ', '\n', ' && ', ' || ', ' | ', ' & '), tie('command'))
      .map((parts) => parts.join('')),
    tie('command').map((inner) => `(${inner})`),
    tie('command').map((inner) => `{ ${inner}; }`),
    tie('command').map((inner) => `a "$(${inner})"`),
    tie('command').map((inner) => `x='1 a b'; ${inner}`),
    tie('command').map((inner) => `sh -c '${inner.replaceAll("'", '')}'`),
    fc.tuple(tie('command'), tie('command')).map(([one, other]) => `if ${one}; then ${other}; else ${one}; fi`),
    fc
      .tuple(fc.constantFrom('for i in a b; do ', 'for i\ndo ', 'for i do ', 'for x in a; do '), tie('command'))
      .map(([head, inner]) => `${head}${inner}; done`),
  ),
}));

const slip = fc.tuple(
  fc.nat(),
  fc.constantFrom(
    "'",
    '"',
    '\\',
    '$',
    '(',
    ')',
    '`',
    '#',
    ';',
    '&',
    '|',
    '<',
    '>',
    '{',
    '}',
    '=',
    ' ',
    '\n',
    '2',
    '!',
    '*',
  ),
);
const commands = fc.tuple(grammar.command, fc.array(slip, { maxLength: 2 })).map(([text, slips]) =>
  slips.reduce((all, [at, character]) => {
    const place = at % (all.length + 1);
    return all.slice(0, place) + character + all.slice(place);
  }, text),
);

test(verifies('tools.effective-programs', 'no shell starts a program that was not named'), () => {
  fc.assert(
    fc.property(commands, (command) => {
      const programs = effectivePrograms(command);
      fc.pre(programs !== undefined && !command.includes('\0'));
      for (const shell of ['/usr/bin/dash', '/usr/bin/bash'])
        for (const name of started(shell, command)) expect(programs, `${shell}: ${command}`).toContain(name);
    }),
    { numRuns: scale(300), maxSkipsPerRun: 200 },
  );
});
