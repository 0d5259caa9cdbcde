import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { parseAgentManifest } from './manifest.ts';
import { delegateTool } from './own-tools.ts';
import { sandboxTools } from './sandbox-tools.ts';
import { defaultAgent } from './shipped-agents.ts';

test('the shipped agent names tools that exist', () => {
  const known = [...sandboxTools, delegateTool].map(({ name }) => name);
  expect(known).toEqual(expect.arrayContaining([...defaultAgent().tools]));
});

test.each([
  ['a typo', 'name: a\ndescription: b\ninstructions: c\ntools: [file.read]\nbudget: {}', 'budget'],
  [
    'a wrong value',
    'name: a\ndescription: b\ninstructions: c\ntools: [file.read]\nbudgets: { turns: 0 }',
    'budgets.turns',
  ],
  ['no YAML', 'name: [', 'no valid YAML'],
])(verifies('agent.manifest', '%s is refused by name'), (_, text, words) => {
  expect(() => parseAgentManifest(text, 'agents/a.yaml')).toThrow(words);
});
