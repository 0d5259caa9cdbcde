import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { checkPolicy } from '../index.ts';

const source = `version: 1
tools:
  - { match: "mail.*", decision: deny, where: "args.to != 'a' || args.to != 'b'" }
  - { match: "file.*", decision: ask, where: "args.path == '/a' && args.path == '/b'" }
inference:
  routes:
    - { when: "labels.confidentiality == 'secert'", use: local }
    - { use: default }
network_policies:
  tools:
    endpoints:
      - host: mcp.example.com
        port: 443
        path: /mcp
        protocol: mcp
        rules:
          - { allow: { tool: find, where: "size(args.list) >= 0" } }
          - { ask: { tool: pay, where: "args.n > 5 && args.n < 3" } }
          - { allow: { tool: get, where: "args.n > 5 || args.n < 3" } }
        deny_rules:
          - { tool: drop, where: "has(args.force) && !has(args.force)" }
      - host: more.example.com
        port: 443
        path: /mcp
        protocol: mcp
        tools: [{ name: a, ask: true, where: "'x' in []" }]
`;

test(
  verifies('policy-tools.check-conditions', 'every condition of a document is looked at, and named at its line'),
  () => {
    const { warnings } = checkPolicy(source, 'p.yaml');
    expect(warnings.map(({ line, kind, message }) => `${line} ${kind} ${message}`)).toEqual([
      '3 dead This condition is never false, so it narrows nothing: the rule forbids all that it is about.',
      '4 dead This condition is never true, so the rule asks about nothing.',
      '7 dead This condition is never true, so the rule is taken for nothing.',
      '17 over_broad This condition is never false, so it narrows nothing: the rule allows all that it is about.',
      '18 dead This condition is never true, so the rule asks about nothing.',
      '21 dead This condition is never true, so the rule forbids nothing.',
      '26 dead This condition is never true, so the rule asks about nothing.',
    ]);
  },
);
