import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readStrictYaml } from './strict-yaml.ts';

const schema = z.strictObject({
  name: z.string().optional(),
  servers: z.record(z.string(), z.strictObject({ address: z.string() })).optional(),
});

test('what a document says is read', () => {
  const text = 'name: shop\nservers: { a: { address: x }, constructor: { address: y } }\n';
  expect(readStrictYaml(text, 'f.yaml', schema)).toEqual({
    name: 'shop',
    servers: { a: { address: 'x' }, constructor: { address: 'y' } },
  });
});

test.each([
  [
    'servers:\n  __proto__: { address: x }\n',
    'f.yaml, line 2: Nothing can be named "__proto__"; give it another name.',
  ],
  ['name: a\nname: b\n', 'f.yaml, line 2: This key stands here twice; only one can count.'],
  [
    'name: a\n---\nname: b\n',
    'f.yaml, line 2: A second document begins here (`---`); write each in a file of its own.',
  ],
  ['? [name]\n: a\n', 'f.yaml, line 1: Every key of this document must be a plain word.'],
  ['# b\u{fffd}cher\nname: a\n', 'f.yaml, line 1: This character is no UTF-8; save the document as UTF-8.'],
  [`name: a\nservers: ${'['.repeat(65)}${']'.repeat(65)}\n`, 'f.yaml, line 2: This is nested deeper than 64 times'],
  [`servers: ${'['.repeat(20_000)}`, 'f.yaml, line 1: This is nested deeper than 64 times'],
  [`servers: ${'{ a: '.repeat(65)}1${' }'.repeat(65)}\n`, 'f.yaml, line 1: This is nested deeper than 64 times'],
  ['name: !secret a\n', 'f.yaml, line 1: Unresolved tag: !secret.'],
  ['name: a\nserver: {}\n', 'f.yaml, line 2: "server" is not a key here; did you mean "servers".'],
  ['servers:\n  a:\n    adress: x\n', 'f.yaml, line 3: "adress" is not a key of servers.a; did you mean "address".'],
])(verifies('agents.manifest', '%j is refused at its line'), (text, message) => {
  expect(() => readStrictYaml(text, 'f.yaml', schema)).toThrow(message);
});
