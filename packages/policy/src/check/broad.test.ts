import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { checkPolicy } from '../index.ts';

function warningsOf(...lines: readonly string[]): readonly string[] {
  const { loaded, warnings } = checkPolicy(['version: 1', ...lines, ''].join('\n'), 'p.yaml');
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  return warnings.map(({ kind, line }) => `${kind} ${line}`);
}

const at = (host: string, rest: string): readonly string[] =>
  warningsOf('network_policies:', '  a:', '    endpoints:', `      - { host: "${host}", port: 443, ${rest} }`);

test.each([
  '*.github.io',
  '**.pages.dev',
  '*.co.uk',
  '*.s3.amazonaws.com',
  '*.s3.*.amazonaws.com',
  '*.s3.eu-central-1.amazonaws.com',
  'kranich-*.s3.eu-central-1.amazonaws.com',
  '**.amazonaws.com',
  '{api,*}.herokuapp.com',
])(verifies('policy-tools.check', 'a wildcard below a domain where strangers have names is too broad: %s'), (host) => {
  expect(at(host, 'access: read-only')).toEqual(['over_broad 5']);
  expect(at(host, 'rules: [{ ask: { method: GET, path: "/**" } }]')).toEqual([]);
});

test.each([
  '*.kranich.dev',
  '*.kranich.github.io',
  'kranich.github.io',
  '*.kranich.co.uk',
  's3.*.amazonaws.com',
  'bedrock-runtime.*.amazonaws.com',
])(verifies('policy-tools.check', 'a name, or a wildcard below one that somebody holds, is not: %s'), (host) => {
  expect(at(host, 'access: read-only')).toEqual([]);
});

test.each([
  'rules: [{ allow: { method: "*", path: "/{**,x}" } }]',
  'rules: [{ allow: { method: "*", path: "/**/*" } }]',
  'protocol: graphql, access: full',
  'protocol: mcp, tools: [{ name: "{*,x}", allow: true }]',
  'protocol: mcp, mcp: { allow_all_known_mcp_methods: true }',
  'protocol: grpc, rules: [{ allow: { service: "*" } }]',
  'protocol: json-rpc, rules: [{ allow: { method: "*" } }]',
  'protocol: a2a, rules: [{ allow: { method: "**" } }]',
])(verifies('policy-tools.check', 'everything at every host of a wildcard is too broad: %s'), (rest) => {
  expect(at('*.kranich.dev', rest)).toEqual(['over_broad 5']);
  expect(at('api.kranich.dev', rest)).toEqual([]);
});

test(verifies('policy-tools.check', 'a wildcard of names that the platform never lets out opens nothing'), () => {
  expect(at('*.tools.localhost', 'access: read-only')).toEqual(['dead 5']);
  expect(at('**.tools.localhost.kranich.dev', 'access: read-only')).toEqual([]);
});

test(verifies('policy-tools.check', 'entries of other lists that leave each other nothing to say'), () => {
  const found = warningsOf(
    'tools:',
    '  - { match: "{*,mail.read}" }',
    '  - { match: "{mail,chat}.send" }',
    '  - { match: "mail.*", decision: deny }',
    '  - { match: "chat.*", decision: deny }',
    '  - { match: "shell.*", decision: deny, burst: { max: 2, per: 1m, then: ask } }',
    'inference:',
    '  models:',
    '    - "openai/*"',
    '    - openai/gpt-4',
    '  routes:',
    `    - { when: "labels.confidentiality == 'secret'", use: local }`,
    `    - { when: "labels.confidentiality == 'secret'", use: openai/gpt-4 }`,
    '    - { use: default }',
    'labels:',
    '  files:',
    '    - { path: "inbox/**", integrity: external }',
    '    - { path: inbox/mail, integrity: external }',
    '    - { path: inbox/mail, confidentiality: secret }',
    '  tools:',
    '    - { match: "hr.*", confidentiality: secret }',
    '    - { match: hr.list, confidentiality: secret }',
    'network_middlewares:',
    '  redact:',
    '    middleware: clawhold/redact',
    '    config: { kinds: [pii] }',
    '    endpoints:',
    '      include: ["*.kranich.dev"]',
    '      exclude: ["**.kranich.dev"]',
  );
  expect(found).toEqual([
    'over_broad 3',
    'contradicting 4',
    'dead 7',
    'shadowed 11',
    'shadowed 14',
    'shadowed 19',
    'shadowed 23',
    'dead 30',
  ]);
});

const healthy = [
  `network_policies:
  registry:
    endpoints:
      - { host: registry.kranich.dev, port: 443, access: read-only, deny_rules: [{ method: GET, path: "/private/**" }] }
      - { host: registry.kranich.dev, port: 443, path: "/private/public/**", access: read-only }
    binaries: [{ path: /usr/bin/npm }, { path: /usr/bin/node }]`,
  `network_policies:
  wiki:
    endpoints:
      - host: wiki.kranich.dev
        ports: [443, 8443]
        rules:
          - allow: { method: GET, path: "/pages/**" }
          - ask: { method: POST, path: "/pages/*/comments" }
        deny_rules: [{ method: "*", path: "/pages/board/**" }]`,
  `network_policies:
  news: { endpoints: [{ host: "*.news.kranich.dev", port: 443, rules: [{ allow: { method: GET, path: "/**" } }] }] }
  one: { endpoints: [{ host: hot.news.kranich.dev, port: 443, access: read-write }] }`,
  `network_policies:
  tools:
    endpoints:
      - host: mcp.kranich.dev
        port: 443
        path: /mcp
        protocol: mcp
        tools: [{ name: "*", allow: true }, { name: "delete*", deny: true }, { name: "pay.*", ask: true, where: "args.n > 9" }]`,
  `network_policies:
  graph:
    endpoints:
      - host: graph.kranich.dev
        port: 443
        path: /graphql
        protocol: graphql
        rules: [{ allow: { operation_type: query } }, { ask: { operation_type: mutation, fields: ["add*"] } }]
        deny_rules: [{ operation_type: "*", fields: [secrets] }]`,
  `network_policies:
  live:
    endpoints:
      - host: live.kranich.dev
        port: 443
        protocol: websocket
        rules: [{ allow: { method: GET, path: "/ws/*" } }, { allow: { method: WEBSOCKET_TEXT, path: /ws/chat } }]`,
  `network_policies:
  database: { endpoints: [{ host: db.kranich.dev, port: 5432, protocol: tcp }] }`,
  `tools:
  - { match: "mail.*", decision: ask }
  - { match: mail.read, effect: read }
  - { match: shell.exec, where: "command.effective.all(c, c in ['git', 'ls'])" }
  - { match: "mail.send", decision: ask, burst: { max: 5, per: 10m, then: deny } }`,
  `flows:
  - ask: { from: { integrity: external }, to: { parameter: destination } }
  - deny: { from: { confidentiality: secret }, to: { reader: external } }
inference: { models: ["openai/*", "local/*"], routes: [{ when: "labels.confidentiality == 'secret'", use: local }, { use: default }] }
budgets: { tokens: 2M/day, wall: 30m }`,
  `labels:
  files: [{ path: "in/**", integrity: external }, { path: "in/hr/**", confidentiality: secret }]
network_middlewares:
  redact: { middleware: clawhold/redact, config: { kinds: [pii] }, endpoints: { include: ["**.kranich.dev"], exclude: [hr.kranich.dev] } }`,
];

test.each(healthy)(
  verifies('policy-tools.check', 'nothing is said about a policy in which every word counts: %s'),
  (text) => {
    expect(warningsOf(text)).toEqual([]);
  },
);
