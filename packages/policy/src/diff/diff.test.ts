import { noUsage } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decide } from '../decide/decide.ts';
import { open, policy } from '../testing/samples.ts';
import type { Change } from './change.ts';
import { diffPolicies } from './diff.ts';
import { opennessOf } from './openness.ts';

function changesOf(before: string, after: string): readonly Change[] {
  const [old, draft] = [policy(before).snapshot, policy(after).snapshot];
  const { changes, limits } = diffPolicies(old, draft, 0);
  expect(limits.filter((sentence) => !sentence.startsWith('Of messages'))).toEqual([]);
  // Every example is true.
  for (const change of changes) {
    if (change.question === null || / after /.test(change.what)) continue;
    expect(change.before).toMatch(new RegExp(`^${opennessOf(decide(change.question, old, noUsage, 0))}`));
    expect(change.after).toMatch(new RegExp(`^${opennessOf(decide(change.question, draft, noUsage, 0))}`));
  }
  return changes;
}

const toStrangers = '\nflows: [{ ask: { from: { integrity: external }, to: { parameter: destination } } }]';

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
    'an encoded slash',
    rules('rules: [{ allow: { method: GET, path: "/a/*" } }]'),
    rules('allow_encoded_slash: true, rules: [{ allow: { method: GET, path: "/a/*" } }]'),
    'opens',
    /^GET api\.example\.com:443\/a\/\w+%2F\w+$/,
  ],
  [
    'a stored query',
    rules('path: /graphql, protocol: graphql, access: read-only'),
    rules(
      'path: /graphql, protocol: graphql, access: read-only, persisted_queries: allow_registered, graphql_persisted_queries: { known: { operation_type: query } }',
    ),
    'opens',
    /stored operation known/,
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

const site = (text: string): string => open('api.example.com', `, access: full${text}`);
const flow = (text: string): string => `flows: [{ ask: { from: { integrity: external }, ${text} } }]`;
const asked = `network_policies: { api: { endpoints: [{ host: api.example.com, port: 443, rules: [{ allow: { method: POST, path: /pay }, destination: [/to] }] }] } }`;
const models = 'inference: { models: ["a/b"]';

test.each([
  [
    'fewer people',
    `${site('')}\n${flow('to: { reader: external }, approvers: 2')}`,
    `${site('')}\n${flow('to: { reader: external }')}`,
    /^GET api.*, with data from strangers that is internal: asks, 2 people → asks, one person$/,
  ],
  [
    'whoever started it too',
    `${site('')}\n${flow('to: { reader: external }, approvers: 2, not: requester')}`,
    `${site('')}\n${flow('to: { reader: external }, approvers: 2')}`,
    /: asks, 2 people, not whoever started the run → asks, 2 people$/,
  ],
  [
    'a destination in a request',
    `${asked}\n${flow('to: { parameter: destination }')}`,
    asked,
    /^POST api\.example\.com:443\/pay, its destination from strangers that is internal: asks → allowed$/,
  ],
  [
    'a value of a tool call',
    'flows: [{ deny: { from: { confidentiality: secret }, to: { parameter: content } } }]',
    flow('to: { parameter: destination }'),
    /^x, its content from the company that is secret: refused → allowed$/,
  ],
  [
    'a wall that went',
    site(', request: { forbid: [internal] }'),
    site(', request: { forbid: [secret] }'),
    /^GET api\.example\.com:443\/: refused → allowed$/,
  ],
  [
    'a wall that was raised',
    site(', request: { forbid: [internal] }'),
    site(''),
    /, with data from the company that is secret: refused → allowed$|^GET api\.example\.com:443\/: refused → allowed$/,
  ],
  [
    'tokens',
    'budgets: { tokens: 5k/run }',
    'budgets: { tokens: 10k/run }',
    /^x\/x, after 5000 of tokens\/run: refused → allowed$/,
  ],
  ['time', 'budgets: { wall: 10m }', '', /^x, after 600 of wall\/run: refused → allowed$/],
  [
    'bytes',
    `${site('')}\nbudgets: { egress: 1MiB/run }`,
    `${site('')}\nbudgets: { egress: 2MiB/run }`,
    /, after 1048576 of egress\/run: refused → allowed$/,
  ],
  [
    'calls in a row',
    'tools: [{ match: "file.*", burst: { max: 5, per: 1m, then: ask } }]',
    'tools: [{ match: "file.*", burst: { max: 9, per: 1m, then: ask } }]',
    /^file\.: allowed, at most 5 calls in a row → allowed, at most 9 calls in a row$/,
  ],
  [
    'what comes after them',
    'tools: [{ match: "file.*", burst: { max: 5, per: 1m, then: deny } }]',
    'tools: [{ match: "file.*", burst: { max: 5, per: 1m, then: ask } }]',
    /^file\., after as many in a row as there may be: refused → asks$/,
  ],
  [
    'a route',
    `${models}, routes: [{ when: "labels.confidentiality == 'secret'", use: local }, { use: default }] }`,
    `${models} }`,
    /^a\/b, with data from .* that is secret: refused → allowed$/,
  ],
  [
    'redaction',
    `${models}, redact: [pii, secrets] }`,
    `${models}, redact: [secrets] }`,
    /: allowed, pii, secrets taken out for the model → allowed, secrets taken out for the model$/,
  ],
  [
    'answers',
    site(', response: { forbid: [credentials, pii] }'),
    site(', response: { forbid: [pii] }'),
    /: allowed, credentials, pii forbidden in the response → allowed, pii forbidden in the response$/,
  ],
  [
    'types of answers',
    site(', response: { content_types: [application/json] }'),
    site(', response: { content_types: [application/json, "text/*"] }'),
    /answers of type application\/json → allowed, answers of type application\/json, text\/\*$/,
  ],
  [
    'sizes',
    site(', request: { max_bytes: 1KiB }'),
    site(''),
    /: allowed, at most 1024 bytes of request → allowed, any number of bytes of request$/,
  ],
  [
    'whose words answers are',
    site(''),
    site(', response: { label: local }'),
    /answers taken for the words of strangers → allowed, answers taken for the company’s own$/,
  ],
  [
    'middlewares',
    `${site('')}\nnetwork_middlewares: { people: { middleware: clawhold/redact, config: { kinds: [pii] }, endpoints: { include: ['api.example.com'] } } }`,
    site(''),
    /: allowed, pii taken out of bodies → allowed, nothing taken out of bodies$/,
  ],
  [
    'a credential',
    site(''),
    site(', credential_binding: { provider: code-host }'),
    /: allowed, without a credential → allowed, with a credential \(code-host\)$/,
  ],
  [
    'descriptions of tools',
    open(
      'api.example.com',
      ', path: "/mcp/**", protocol: mcp, tools: [{ name: a, allow: true }], pin_tool_descriptions: closed',
    ),
    open('api.example.com', ', path: "/mcp/**", protocol: mcp, tools: [{ name: a, allow: true }]'),
    /tools with descriptions pinned at \/mcp\/\*\*, new ones withheld → allowed, tools with whatever description$/,
  ],
  [
    'learning',
    site(''),
    `${site('')}\nmode: learn\nlearn: { operator: mia, expires: "2030-01-01T00:00:00Z" }`,
    /^GET y:443\/: refused → allowed$/,
  ],
  [
    'learning for longer',
    'mode: learn\nlearn: { operator: mia, expires: "2030-01-01T00:00:00Z" }',
    'mode: learn\nlearn: { operator: mia, expires: "2031-01-01T00:00:00Z" }',
    /: until 2030-01-01T00:00:00\.000Z → until 2031-01-01T00:00:00\.000Z$/,
  ],
  [
    'files',
    'labels: { files: [{ path: "inbox/**", integrity: external }] }',
    '',
    /^a file inbox\/ of the task folder: the words of strangers → no label$/,
  ],
  [
    'secret files',
    'labels: { files: [{ path: "pay/**", integrity: external, confidentiality: secret }] }',
    'labels: { files: [{ path: "pay/**", integrity: external }] }',
    /^a file pay\/ of the task folder: the words of strangers, secret → the words of strangers$/,
  ],
  [
    'secret tools',
    'labels: { tools: [{ match: "crm.*", confidentiality: secret }] }',
    'labels: { tools: [{ match: "crm.a*", confidentiality: secret }] }',
    /^what crm\. answers: secret → no label$/,
  ],
  [
    'secret contents',
    'labels: { contents: [{ found: pii, confidentiality: secret }] }',
    '',
    /^a result with pii in it: secret → no label$/,
  ],
  [
    'values that choose where it goes',
    rules('rules: [{ ask: { method: POST, path: /a }, destination: [/to, "query:to"] }]') + toStrangers,
    rules('rules: [{ ask: { method: POST, path: /a }, destination: [/to] }]') + toStrangers,
    /asks, \/to, query:to looked at for where it goes → asks, \/to looked at/,
  ],
  [
    'names of tools',
    rules('path: /mcp, protocol: mcp, tools: [{ name: "*", allow: true }]'),
    rules('path: /mcp, protocol: mcp, mcp: { strict_tool_names: false }, tools: [{ name: "*", allow: true }]'),
    /names of tools in the usual letters → .* names of tools in whatever letters$/,
  ],
  [
    'secret answers',
    site(', response: { confidentiality: secret }'),
    site(''),
    /answers taken for secret, the words of strangers → allowed, answers taken for the words of strangers$/,
  ],
  ['time to answer', 'approvals: { expire: 5m }', 'approvals: { expire: 10m }', /: 300 seconds → 600 seconds$/],
] as const)(
  verifies('policy-tools.diff-terms', '%s: what is demanded less is opened, by example'),
  (_, before, after, line) => {
    const lines = (changes: readonly Change[], direction: Change['direction']): readonly string[] =>
      changes
        .filter((change) => change.direction === direction)
        .map((one) => `${one.what}: ${one.before} → ${one.after}`);
    const forward = changesOf(before, after);
    expect(lines(forward, 'opens')).toEqual(expect.arrayContaining([expect.stringMatching(line)]));
    expect(changesOf(before, before)).toEqual([]);
    // The other way round the same is closed.
    const back = lines(changesOf(after, before), 'closes').map((text) => text.replace(/: (.*) → (.*)$/, ': $2 → $1'));
    expect(back.toSorted()).toEqual(lines(forward, 'opens').toSorted());
  },
);

test(
  verifies(
    'policy-tools.diff-terms',
    'what a ceiling gives is opened: services, model servers, rules without a person',
  ),
  () => {
    const ceiling = (text: string) => policy('', text).snapshot;
    const { changes } = diffPolicies(
      ceiling('services: { finance.local: { port: 4000 } }'),
      ceiling(`services: { finance.local: { port: 4001 } }
proposals: { auto_approve: { within: [{ host: docs.example.com, port: 443 }, { host: b.example.com, port: 443, access: read-only }], expire: 1h, uses: 20 } }
inference: { servers: [{ host: 10.0.0.7, port: 8000 }] }`),
      0,
    );
    const said = changes
      .filter(({ question }) => question === null)
      .map(({ direction, what }) => `${direction} ${what}`);
    expect(said).toEqual([
      'opens the service finance.local at port 4001 of this machine',
      'opens a model server at 10.0.0.7:8000 (10.0.0.7)',
      'opens rules taken without a person, within docs.example.com, b.example.com {"access":"read-only","port":443}, for 3600 seconds and 20 uses',
      'closes the service finance.local at port 4000 of this machine',
    ]);
  },
);

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
  expect(change?.question?.caller).toMatchObject({ ancestors: ['/usr/bin/git'] });
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
