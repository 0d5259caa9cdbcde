import { type EgressQuestion, noUsage } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Attempts,
  addNetworkPolicy,
  decide,
  draftPolicy,
  type Proposals,
  proposeRules,
  type Snapshot,
} from '../index.ts';
import { connection, granted, open, policy, request, spent } from '../testing/samples.ts';

function compiled(source: string, ceiling?: string): Snapshot {
  const above = ceiling === undefined ? undefined : { name: 'ceiling', source: ceiling };
  const draft = draftPolicy({ name: 'p', source }, above);
  if (draft.kind === 'invalid') throw new Error(`${JSON.stringify(draft.problems)}\n${source}`);
  return draft.snapshot;
}

function proposed(source: string, questions: readonly EgressQuestion[], ceiling?: string): Proposals {
  const snapshot = compiled(source, ceiling);
  const denials = new Attempts();
  for (const question of questions) denials.add(question, decide(question, snapshot, noUsage, 0));
  return proposeRules(denials.groups(), snapshot, 0);
}

const empty = 'version: 1\n';
const wild = `version: 1\n${open('"*.example.com"', ', access: read-only, request: { max_bytes: 1KiB }')}`;

test(
  verifies('policy-tools.proposals', 'what was denied becomes the narrowest rules, counted, with all that they open'),
  () => {
    const { proposals, without } = proposed(empty, [
      request('GET', 'api.example.com', '/a'),
      request('GET', 'api.example.com', '/a'),
      request('HEAD', 'api.example.com', '/a'),
      request('POST', 'api.example.com', '/b'),
      connection('db.example.com', 5432),
    ]);
    expect(without).toEqual([]);
    expect(proposals).toMatchObject([
      {
        agent: 'tour',
        count: 4,
        name: 'proposed_api_example_com',
        policy: {
          endpoints: [
            {
              host: 'api.example.com',
              port: 443,
              rules: [{ allow: { method: 'GET', path: '/a' } }, { ask: { method: 'POST', path: '/b' } }],
            },
          ],
        },
      },
      { count: 1, policy: { endpoints: [{ host: 'db.example.com', port: 5432, protocol: 'tcp' }] } },
    ]);
    expect(proposals[0]?.changes.map(({ direction, after }) => `${direction} ${after}`).toSorted()).toEqual([
      'opens allowed',
      'opens allowed, request by request',
      'opens asks',
    ]);
  },
);

test(verifies('policy-tools.proposals', 'a known program is named, and no other gets the rule'), () => {
  const caller = { agent: 'tour', executable: '/usr/bin/curl' };
  const { proposals } = proposed(empty, [request('GET', 'api.example.com', '/a', { caller })]);
  expect(proposals[0]?.policy.binaries).toEqual([{ path: '/usr/bin/curl' }]);
});

test(
  verifies('policy-tools.proposals', 'beside a wildcard that decides today nothing is closed and its limits stay'),
  () => {
    const { proposals } = proposed(wild, [request('POST', 'api.example.com', '/a')]);
    expect(proposals).toMatchObject([
      { policy: { endpoints: [{ host: 'api.example.com', request: { max_bytes: 1_024 } }] } },
    ]);
    expect(proposals[0]?.changes.every(({ direction }) => direction === 'opens')).toBe(true);
  },
);

test(verifies('policy-tools.proposals', 'what no rule of the agent can open is no proposal'), () => {
  const ceiling = `version: 1\n${open('api.example.com', ', access: read-only')}`;
  const beyond = proposed(
    empty,
    [request('POST', 'api.example.com', '/a'), request('GET', 'other.example.com', '/')],
    ceiling,
  );
  expect(beyond.proposals).toEqual([]);
  const pattern = proposed(empty, [request('GET', 'api.example.com', '/a*b')]);
  expect(pattern).toMatchObject({ proposals: [], without: [{ what: 'GET api.example.com:443/a*b', count: 1 }] });
  const denials = new Attempts();
  const house = policy(
    `${open('api.example.com', ', access: full, deny_rules: [{ method: DELETE, path: "/**" }]')}\nbudgets: { egress: 1KiB/run }`,
  );
  const asked = request('DELETE', 'api.example.com', '/a');
  denials.add(asked, house.decide(asked));
  denials.add(asked, house.decide(asked, granted));
  const spentAll = request('GET', 'api.example.com', '/a');
  denials.add(spentAll, house.decide(spentAll, spent(2_000)));
  denials.add(request('GET', '169.254.169.254', '/'), house.decide(request('GET', '169.254.169.254', '/')));
  expect(denials.groups()).toEqual([]);
});

test(verifies('policy-tools.proposals', 'messages of MCP become rules about their tool at their path'), () => {
  const message = { protocol: 'mcp', method: 'tools/call', tool: 'search', arguments: {} } as const;
  const asked = request('POST', 'tools.example.com', '/mcp');
  const source = `version: 1\n${open('tools.example.com', ', path: /mcp, protocol: mcp, rules: [{ allow: { method: tools/list } }]')}`;
  const question = { ...asked, operation: { method: 'POST', path: '/mcp', query: '', parameters: [], message } };
  const { proposals } = proposed(source, [question]);
  expect(proposals).toMatchObject([
    { policy: { endpoints: [{ path: '/mcp', protocol: 'mcp', rules: [{ ask: { tool: 'search' } }] }] } },
  ]);
});

const some = fc.constantFrom('a.x.com', 'b.x.com', 'c.y.org');
const tries = fc.array(
  fc
    .record({
      host: some,
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'),
      path: fc.constantFrom('/', '/a', '/a/b', '/c'),
      executable: fc.constantFrom(undefined, undefined, '/usr/bin/curl'),
    })
    .map(({ host, method, path, executable }) =>
      request(method, host, path, { caller: { agent: 'tour', ...(executable === undefined ? {} : { executable }) } }),
    ),
  { minLength: 1, maxLength: 8 },
);
const rest = fc.constantFrom(
  'access: read-only',
  'access: read-write',
  'rules: [{ allow: { method: GET, path: "/a/**" } }]',
  'path: "/a/**", access: read-only',
  'access: full, deny_rules: [{ method: DELETE, path: /a }]',
);
const endpoints = fc.array(fc.tuple(fc.constantFrom('a.x.com', '"*.x.com"', '"**.x.com"', '*.y.org'), rest), {
  maxLength: 3,
});

test(
  verifies(
    'policy-tools.proposals',
    'written into its document a proposal lets pass what it says, opens what it lists, and closes nothing',
  ),
  () => {
    let count = 0;
    fc.assert(
      fc.property(endpoints, tries, (list, questions) => {
        const lines = list.map(
          ([host, more], at) =>
            `  p${at}: { endpoints: [{ host: ${host.replace(/^\*.*$/, '"$&"')}, port: 443, ${more} }] }`,
        );
        const source = `# mine\nversion: 1\n${lines.length === 0 ? '' : `network_policies:\n${lines.join('\n')}\n`}`;
        const draft = draftPolicy({ name: 'p', source });
        if (draft.kind === 'invalid') return;
        const before = draft.snapshot;
        const { proposals } = proposed(source, questions);
        for (const proposal of proposals) {
          count++;
          const text = addNetworkPolicy(source, proposal.name, proposal.policy, `proposal ${proposal.id}`);
          expect(text).toContain('# mine');
          const after = compiled(text ?? '');
          const opened = new Set(proposal.tried);
          for (const question of questions) {
            const [was, is] = [decide(question, before, noUsage, 0), decide(question, after, noUsage, 0)];
            if (was.kind !== 'deny') expect(is.kind).toBe(was.kind);
            if (was.kind === 'deny' && is.kind !== 'deny') {
              const { method = '', path } = question.operation ?? {};
              // What may be read may be looked at, and the other way round.
              const same = method === 'GET' || method === 'HEAD' ? ['GET', 'HEAD'] : [method];
              expect(same.some((one) => opened.has(`${one} ${question.host}:443${path}`))).toBe(true);
              expect(proposal.changes.length).toBeGreaterThan(0);
            }
          }
        }
      }),
      { numRuns: scale(60) },
    );
    expect(count).toBeGreaterThan(20);
  },
);
