import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { checkPolicy, compile, loadPolicy, loadPolicyTest, runPolicyTest } from '../index.ts';

const folder = join(repositoryRoot, 'packages/policy/presets');
const presets = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.policy-test.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''));

test.each(presets)(
  verifies('policy.presets-tested', 'the preset %s keeps its test, which every rule of it decides once'),
  (name) => {
    const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
    const loaded = loadPolicy(text, `${name}.yaml`);
    if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    expect(loaded.document.name).toBe(name);
    expect(text).toContain('Not exercised against the service.');
    expect(checkPolicy(text, name).warnings).toEqual([]);
    const compiled = compile({ ceiling: { version: 1 }, agent: loaded.document });
    if (compiled.kind === 'invalid') throw new Error(compiled.problems.map(({ message }) => message).join('\n'));
    const file = `${name}.policy-test.yaml`;
    const report = runPolicyTest(loadPolicyTest(readFileSync(join(folder, file), 'utf8'), file), compiled.snapshot, 0);
    expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.uncovered).toEqual([]);
  },
);

test('a test that is not kept says what was expected, and which rules nobody asked about', () => {
  const compiled = compile({
    ceiling: { version: 1 },
    agent: { version: 1, tools: [{ match: 'a', decision: 'deny' }, { match: 'b' }] },
  });
  if (compiled.kind === 'invalid') throw new Error('does not compile');
  const tests = loadPolicyTest('tests: [{ name: one, tool: { name: a }, expect: allow }]', 't.policy-test.yaml');
  expect(runPolicyTest(tests, compiled.snapshot, 0)).toMatchObject({
    passed: false,
    results: [{ name: 'one', passed: false, expected: 'allow', actual: 'deny (explicit_deny)' }],
    covered: ['tools[0]'],
    uncovered: ['tools[1]'],
  });
});

test.each([
  ['tests: []', 'tests'],
  ['tests: [{ name: a, expect: allow }]', 'asks one thing'],
  ['tests: [{ name: a, tool: { name: b }, expcet: allow }]', 'expcet'],
  ['tests: [{ name: a, tool: { name: b }, expect: allow, code: rul }]', 'code'],
])('a test that cannot be read is refused: %s', (text, words) => {
  expect(() => loadPolicyTest(text, 't.policy-test.yaml')).toThrow(words);
});
