import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { parseAgentManifest } from './manifest.ts';
import { shippedManifest } from './shipped-agent.ts';

test('the shipped manifest is one', () => {
  expect(parseAgentManifest(shippedManifest(), 'default.yaml')).toMatchObject({ name: 'default', budgets: {} });
});

const head = 'name: a\ndescription: b\ninstructions: c\n';

test.each([
  ['a misspelled key', `${head}tools: [file.read]\nbudgest: {}\n`, ['line 5', '"budgest"', 'did you mean "budgets"']],
  ['a misspelled budget', `${head}tools: [file.read]\nbudgets:\n  trns: 1\n`, ['line 6', 'did you mean "turns"']],
  ['a misspelled tool', `${head}tools:\n  - file.read\n  - file.wirte\n`, ['line 6', 'did you mean "file.write"']],
  ['a tool like no other', `${head}tools: [teleport]\n`, ['line 4', 'there are shell.exec']],
  ['a wrong value', `${head}tools: [file.read]\nbudgets: { turns: 0 }\n`, ['line 5', 'budgets.turns']],
  ['a missing part', 'name: a\ndescription: b\ntools: [file.read]\n', ['instructions']],
  ['no YAML', 'name: [', ['agents/a.yaml, line 1']],
])(verifies('agent.manifest', '%s is refused with its place'), (_, text, words) => {
  for (const word of words) expect(() => parseAgentManifest(text, 'agents/a.yaml')).toThrow(word);
});
