import { noUsage } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decide } from '../decide/decide.ts';
import { open, policy } from '../testing/samples.ts';
import { type Change, diffPolicies } from './diff.ts';
import { opennessOf } from './openness.ts';

function changesOf(before: string, after: string): readonly Change[] {
  const [old, draft] = [policy(before).snapshot, policy(after).snapshot];
  const { changes, limits } = diffPolicies(old, draft, 0);
  expect(limits).toEqual([]);
  // Every example is true.
  for (const change of changes) {
    expect(opennessOf(decide(change.question, old, noUsage, 0))).toBe(change.before);
    expect(opennessOf(decide(change.question, draft, noUsage, 0))).toBe(change.after);
  }
  return changes;
}

const rules = (text: string): string => open('api.example.com', `, ${text}`);

test.each([
  [
    'a path that reaches further',
    rules('rules: [{ allow: { method: GET, path: "/a/*" } }]'),
    rules('rules: [{ allow: { method: GET, path: "/a/**" } }]'),
    'opens',
    /GET api\.example\.com:443\/a\/\w+\//,
  ],
  [
    'a deny rule that went',
    rules('access: full, deny_rules: [{ method: DELETE, path: "/a/*/b" }]'),
    rules('access: full'),
    'opens',
    /^DELETE api\.example\.com:443\/a\/\w+\/b$/,
  ],
  [
    'a deny rule that came',
    rules('access: full'),
    rules('access: full, deny_rules: [{ method: "*", path: "/x/**/y" }]'),
    'closes',
    /api\.example\.com:443\/x\/y$/,
  ],
  [
    'a host that reaches further',
    open('"*.example.com"', ', access: read-only'),
    open('"**.example.com"', ', access: read-only'),
    'opens',
    /GET \w+\.\w+\.example\.com:443\/$/,
  ],
  [
    'a port',
    open('api.example.com'),
    'network_policies: { api: { endpoints: [{ host: api.example.com, ports: [443, 8443] }] } }',
    'opens',
    /^api\.example\.com:8443$/,
  ],
  ['a method', rules('access: read-only'), rules('access: read-write'), 'opens', /^PUT api/],
  [
    'asking instead of allowing',
    rules('rules: [{ allow: { method: GET, path: "/**" } }]'),
    rules('rules: [{ ask: { method: GET, path: "/**" } }]'),
    'closes',
    /GET api/,
  ],
  [
    'reading that stopped',
    rules('access: full'),
    open('api.example.com', ', protocol: tcp'),
    'opens',
    /^api\.example\.com:443$/,
  ],
  [
    'an address',
    open('api.example.com'),
    `${open('api.example.com').replace('}] } }', '}, { host: 93.184.216.34, port: 443 }] } }')}`,
    'opens',
    /^93\.184\.216\.34:443$/,
  ],
  [
    'a tool',
    'tools: [{ match: "email.delete*", decision: deny }]',
    'tools: [{ match: "email.delete", decision: deny }]',
    'opens',
    /^email\.delete\w$/,
  ],
  ['a model', 'inference: { models: ["a/b"] }', 'inference: { models: ["a/*"] }', 'opens', /^a\/\w+$/],
] as const)('%s is found, by a shortest example', (_, before, after, direction, what) => {
  const found = changesOf(before, after).filter((change) => change.direction === direction);
  expect(found.map((change) => change.what)).toEqual(expect.arrayContaining([expect.stringMatching(what)]));
});

test(verifies('policy-tools.diff', 'a rule that is written differently and means the same changes nothing'), () => {
  const before = rules('access: read-only, deny_rules: [{ method: "*", path: "/a/{b,c}" }]');
  const after = rules(
    'rules: [{ allow: { method: GET, path: "/**" } }, { allow: { method: OPTIONS, path: "/**" } }], ' +
      'deny_rules: [{ method: "*", path: /a/c }, { method: "*", path: /a/b }]',
  );
  expect(changesOf(before, after)).toEqual([]);
});

test(verifies('policy-tools.diff', 'an endpoint for one executable is open for it, and closed for all others'), () => {
  const bound = open('api.example.com').replace('}] } }', '}], binaries: [{ path: /usr/bin/git }] } }');
  const [change] = changesOf('', bound);
  expect(change?.question.caller).toMatchObject({ ancestors: ['/usr/bin/git'] });
  expect(changesOf(open('api.example.com'), bound)[0]).toMatchObject({ direction: 'closes' });
});

test(verifies('policy-tools.diff', 'what a comparison could not cover it says'), () => {
  const [before, after] = ['/a', '/b'].map(
    (path) => policy(rules(`rules: [{ allow: { method: GET, path: ${path}, query: { id: "7*" } } }]`)).snapshot,
  );
  if (before === undefined || after === undefined) throw new Error('two policies');
  const { limits, changes } = diffPolicies(before, after, 0);
  expect(limits).toEqual(['Of each query matcher one query that meets it and none were tried.']);
  expect(changes.map(({ direction }) => direction)).toEqual(['opens', 'closes']);
});
