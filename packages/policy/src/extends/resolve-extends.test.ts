import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { compileBundle, type PolicyStore, type ResolvedPolicy, resolveExtends } from '../index.ts';
import { document, open } from '../testing/samples.ts';

function store(documents: Readonly<Record<string, string>>): PolicyStore {
  return {
    names: Object.keys(documents),
    find: (name) => (Object.hasOwn(documents, name) ? document(documents[name] ?? '') : undefined),
  };
}

const library = {
  'team/base': `${open('base.example.com')}\nbudgets: { wall: 30m }\ntools: [{ match: shell.exec, decision: ask }]`,
  'team/more': `extends: [team/base]\nnetwork_policies: { more: { endpoints: [{ host: more.example.com, port: 443 }] } }`,
  'preset:npm': 'network_policies: { npm: { endpoints: [{ host: npm.example.com, port: 443 }] } }',
  'team/one': 'extends: [team/two]',
  'team/two': 'extends: [team/one]',
  'team/learner': 'mode: learn\nlearn: { operator: ops, expires: "2026-11-22T12:00:00Z" }',
};

function resolve(text: string): ResolvedPolicy {
  return resolveExtends(document(text), store(library));
}

function messages(text: string): string {
  const resolved = resolve(text);
  return resolved.kind === 'ok'
    ? ''
    : resolved.problems.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n');
}

test(verifies('policy.extends-closes', 'bases add up to one closed document with a digest'), () => {
  const resolved = resolve('extends: [team/more, "preset:npm", team/base]\nname: mine\ntools: [{ match: file.read }]');
  expect(resolved).toMatchObject({
    kind: 'ok',
    bases: ['team/base', 'team/more', 'preset:npm'],
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    document: {
      name: 'mine',
      budgets: { wall: 1_800 },
      tools: [{ match: 'shell.exec', decision: 'ask' }, { match: 'file.read' }],
    },
  });
  if (resolved.kind === 'ok') {
    expect(Object.keys(resolved.document.network_policies ?? {})).toEqual(['api', 'more', 'npm']);
    expect(resolved.document.extends).toBeUndefined();
    // What is closed extends nothing any more, and closing it again changes nothing.
    expect(resolveExtends(resolved.document, store({}))).toMatchObject({ digest: resolved.digest, bases: [] });
  }
});

test.each([
  ['extends: [team/one]', 'team/one extends team/two extends team/one: that never ends'],
  ['extends: [team/bsae]', 'extends.0 There is no `team/bsae`; did you mean `team/base`?'],
  ['extends: [preset:unheard-of]', 'There is no `preset:unheard-of`; there are'],
  ['extends: [../ceiling.yaml]', 'names no document'],
  ['extends: ["https://a.example.com/b"]', 'names no document'],
  ['extends: [team/learner]', '`team/learner` learns'],
  [
    'extends: [team/base]\nbudgets: { wall: 31m }',
    '`budgets.wall` says one thing in `team/base` and another in this document',
  ],
  [`extends: [team/base]\n${open('other.example.com')}`, '`network_policies.api` says one thing in `team/base`'],
])(verifies('policy.extends-closes', '%j is an error that teaches'), (text, words) => {
  expect(messages(text)).toContain(words);
});

test(verifies('policy.extends-closes', 'an installation resolves before it compiles'), () => {
  const ceiling = 'version: 1\n';
  const agents = { a: 'version: 1\nextends: [preset:npm]\n' };
  const npm = 'version: 1\nnetwork_policies: { npm: { endpoints: [{ host: npm.example.com, port: 443 }] } }\n';
  expect(compileBundle({ ceiling, agents, library: { 'preset:npm': npm } }, []).snapshots.size).toBe(1);
  expect(() => compileBundle({ ceiling, agents }, [])).toThrow('There is no `preset:npm`');
});
