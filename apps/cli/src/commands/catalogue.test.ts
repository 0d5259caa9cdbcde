import { Command } from 'commander';
import { expect, test } from 'vitest';
import { createOutput } from '../terminal/output.ts';
import { catalogue, filesFor } from './catalogue.ts';

test.each(catalogue.map((file) => [file.names.join(', '), file] as const))(
  'the file for %s adds these commands and no other',
  async (_, { names, load }) => {
    const program = new Command();
    (await load())(program, () => ({ output: createOutput(true), person: false }));
    expect(program.commands.map((command) => command.name())).toEqual(names);
  },
);

test.each([
  ['runs', ['runs']],
  ['--json runs', ['runs']],
  ['start --no-tour', ['up', 'start', 'tour', 'down']],
])('"%s" loads one file', (line, names) => {
  expect(filesFor(line.split(' ')).map((file) => file.names)).toEqual([names]);
});

test.each(['', '--help', 'help run', 'statsu', 'complete -- ru'])('"%s" loads every command', (line) => {
  expect(filesFor(line.split(' '))).toEqual(catalogue);
});
