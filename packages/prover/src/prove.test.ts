import { type Claim, draftPolicy, explore, noveltyOf, prove } from '@clawhold/policy';
import type { Endpoint } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { afterAll, expect, test } from 'vitest';
import { startSolver } from './solver.ts';

const solver = startSolver();
afterAll(() => solver[Symbol.asyncDispose]());

type Snapshot = Extract<ReturnType<typeof draftPolicy>, { kind: 'ok' }>['snapshot'];

function policy(endpoints: string): Snapshot {
  const source = `version: 1\nnetwork_policies: { api: { endpoints: [${endpoints}] } }\n`;
  const draft = draftPolicy({ name: 'draft.yaml', source });
  if (draft.kind === 'invalid') throw new Error(draft.problems[0]?.message);
  return draft.snapshot;
}

/** What the solver says; the exploration, which knows nothing of it, must say the same. */
async function answer(claim: Claim, snapshot: Snapshot): Promise<string> {
  const proof = await prove(claim, snapshot, 0, solver.solve, 20_000);
  const { counterexample, limits } = explore(claim, snapshot, 0);
  expect(limits).toEqual([]);
  expect(counterexample === undefined ? 'proved' : 'counterexample').toBe(proof.kind);
  return proof.kind;
}

const wide = '{ host: "**.example.com", port: 443, access: full }';
const keyed = (rest = ''): string =>
  `{ host: api.example.com, port: 443, access: read-write, credential_binding: { provider: key }${rest} }`;

test(verifies(
  'policy-tools.prove',
  'no rule reaches a link-local address; the platform alone holds a rule that would',
), async () => {
  expect(await prove({ kind: 'link_local' }, policy(wide), 0, solver.solve, 20_000)).toEqual({
    kind: 'proved',
    byRules: true,
  });
  const metadata = policy('{ host: 169.254.169.254, port: 80 }');
  expect(await prove({ kind: 'link_local' }, metadata, 0, solver.solve, 20_000)).toEqual({
    kind: 'proved',
    byRules: false,
  });
}, 60_000);

test(verifies('policy-tools.prove', 'an encoded slash is a request like any other'), async () => {
  const at = (rest: string): Snapshot =>
    policy(`{ host: api.example.com, port: 443, rules: [{ allow: { method: GET, path: "/a/*" } }]${rest} }`);
  const [plain, slashed] = [at(''), at(', allow_encoded_slash: true')];
  expect(await answer({ kind: 'growth', before: plain }, slashed)).toBe('counterexample');
  expect(await answer({ kind: 'growth', before: slashed }, plain)).toBe('proved');
  expect(await answer({ kind: 'growth', before: slashed }, slashed)).toBe('proved');
  const granted = {
    endpoints: [
      {
        host: 'api.example.com',
        port: 443,
        rules: [{ allow: { method: 'GET', path: '/a/b%2Fc' } }],
        allow_encoded_slash: true,
      },
    ],
  };
  const empty = policy('{ host: other.example.com, port: 443, access: read-only }');
  expect((await noveltyOf(granted, empty, { within: [], solve: solver.solve, now: 0 })).kind).toBe('new');
}, 60_000);

test(verifies(
  'policy-tools.prove',
  'what the operator named with sizes or contents is not granted without them',
), async () => {
  const empty = policy('{ host: other.example.com, port: 443, access: read-only }');
  const place = { host: 'docs.example.com', port: 443 };
  const rules = [{ allow: { method: 'GET', path: '/a' } }];
  const terms = [{ request: { max_bytes: 1_024 } }, { allowed_ips: ['8.8.8.0/24'] }];
  for (const term of terms) {
    const within = [{ ...place, access: 'read-only' as const, ...term }];
    const kindOf = async (endpoint: Endpoint) =>
      (await noveltyOf({ endpoints: [endpoint] }, empty, { within, solve: solver.solve, now: 0 })).kind;
    expect(await kindOf({ ...place, rules }), JSON.stringify(term)).toBe('new');
    expect(await kindOf({ ...place, rules, ...term }), JSON.stringify(term)).toBe('nothing new');
  }
}, 60_000);

const secretTo = (host: string): Claim => ({
  kind: 'label_reach',
  data: { integrity: 'local', confidentiality: 'secret' },
  host,
});

test.each(['API.Example.com.', '**', '{api,other}.example.com', '*.example.com'])(
  verifies('policy-tools.prove', 'however a claim writes a host, it is the host that decide knows: %s'),
  async (host) => {
    const open = policy('{ host: api.example.com, port: 443, access: read-only }');
    expect(await answer(secretTo(host), open)).toBe('counterexample');
    expect(await answer({ kind: 'credential_reach', provider: 'key', hosts: [host] }, policy(keyed()))).toBe('proved');
  },
  60_000,
);

test(verifies('policy-tools.prove', 'every host is every address too'), async () => {
  expect(await answer(secretTo('**'), policy('{ host: 93.184.216.34, port: 443, access: read-only }'))).toBe(
    'counterexample',
  );
  expect(await answer(secretTo('bücher.example'), policy('{ host: xn--bcher-kva.example, port: 443 }'))).toBe(
    'counterexample',
  );
}, 60_000);

test.each(['https://api.example.com', 'api.example.com:443', '*', '*.com', '***[[', ' api.example.com', ''])(
  verifies('policy-tools.prove', 'of what is no host nothing is proved: %j'),
  async (host) => {
    const wrong = { kind: 'unknown', why: expect.stringContaining(`"${host}" names no hosts`) };
    expect(await prove(secretTo(host), policy(wide), 0, solver.solve, 20_000)).toEqual(wrong);
    const credential: Claim = { kind: 'credential_reach', provider: 'key', hosts: ['a.example.com', host] };
    expect(await prove(credential, policy(wide), 0, solver.solve, 20_000)).toEqual(wrong);
    expect(explore(credential, policy(wide), 0).limits).toHaveLength(1);
  },
);

test(verifies('policy-tools.prove', 'a deny rule decides a proof about growth'), async () => {
  const before = policy(
    '{ host: api.example.com, port: 443, access: full, deny_rules: [{ method: "*", path: "/a/**" }] }',
  );
  const narrower = policy(
    '{ host: api.example.com, port: 443, access: full, deny_rules: [{ method: "*", path: "/{a,b}/**" }] }',
  );
  const wider = policy(
    '{ host: api.example.com, port: 443, access: full, deny_rules: [{ method: "*", path: "/a/*" }] }',
  );
  expect(await answer({ kind: 'growth', before }, narrower)).toBe('proved');
  expect(await answer({ kind: 'growth', before }, wider)).toBe('counterexample');
}, 60_000);

test.each([
  [
    'grpc',
    '{ service: "shop.*", method: "Get*" }',
    '{ service: "shop.*" }',
    '{ service: "shop.*", method: "Get{A,B}*" }',
  ],
  ['a2a', '{ method: "*Task*" }', '{ method: "*" }', '{ method: GetTask }'],
])(
  verifies('policy-tools.prove', 'growth and reach of %s are proved call by call'),
  async (protocol, some, more, less) => {
    const calls = (allowed: string, rest = ''): Snapshot =>
      policy(`{ host: api.example.com, port: 443, protocol: ${protocol}, rules: [{ allow: ${allowed} }]${rest} }`);
    // The exploration tries only the names that rules spell out, so the solver stands alone here.
    const kindOf = async (claim: Claim, snapshot: Snapshot) =>
      (await prove(claim, snapshot, 0, solver.solve, 20_000)).kind;
    const before = calls(some);
    expect(await kindOf({ kind: 'growth', before }, calls(more))).toBe('counterexample');
    expect(await kindOf({ kind: 'growth', before }, calls(less))).toBe('proved');
    // Deny rules count too.
    const denied = calls(more, `, deny_rules: [${some}]`);
    expect(await kindOf({ kind: 'growth', before: denied }, denied)).toBe('proved');
    expect(await kindOf({ kind: 'growth', before: denied }, calls(more))).toBe('counterexample');
    const data = { integrity: 'local', confidentiality: 'secret' } as const;
    const reach = { kind: 'label_reach', data, host: '**.example.com' } as const;
    expect(await kindOf(reach, before)).toBe('counterexample');
    expect(await kindOf(reach, calls(some, ', request: { forbid: [secret] }'))).toBe('proved');
  },
  60_000,
);

test(verifies(
  'policy-tools.prove',
  'one request that breaks nothing does not stand for those that differ in what the model does not know',
), async () => {
  const get = 'host: api.example.com, port: 443, rules: [{ allow: { method: GET, path: /a } }]';
  const before = policy(`{ ${get}, deny_rules: [{ method: GET, path: /a, query: { x: "1" } }] }`);
  const growth = await prove({ kind: 'growth', before }, policy(`{ ${get} }`), 0, solver.solve, 20_000);
  expect(growth).toMatchObject({ kind: 'counterexample', question: { operation: { query: 'x=1' } } });
}, 60_000);

test(verifies('policy-tools.prove', 'bytes that pass unread beside a credential are found'), async () => {
  expect(await answer({ kind: 'inspection_bypass' }, policy(keyed()))).toBe('proved');
  const unread = `${keyed(', path: "/v1/**"')}, { host: "*.example.com", port: 443, protocol: tcp }`;
  expect(await answer({ kind: 'inspection_bypass' }, policy(unread))).toBe('proved');
  const beside = `${keyed().replace('api.example.com', '"*.example.com"')}, { host: api.example.com, port: 443, protocol: tcp }`;
  expect(await answer({ kind: 'inspection_bypass' }, policy(beside))).toBe('counterexample');
}, 60_000);

test(verifies('policy-tools.prove', 'where a credential goes is proved, or shown'), async () => {
  const claim = { kind: 'credential_reach', provider: 'key', hosts: ['api.example.com'] } as const;
  expect(await answer(claim, policy(`${keyed()}, ${wide}`))).toBe('proved');
  expect(await answer(claim, policy(keyed().replace('api.example.com', '"*.example.com"')))).toBe('counterexample');
}, 60_000);

test(verifies(
  'policy-tools.prove',
  'whether a label reaches a host depends on what the endpoint keeps in',
), async () => {
  const data = { integrity: 'local', confidentiality: 'secret' } as const;
  const claim = { kind: 'label_reach', data, host: '**.example.com' } as const;
  const kept = '{ host: "**.example.com", port: 443, access: full, request: { forbid: [secret] } }';
  expect(await answer(claim, policy(wide))).toBe('counterexample');
  expect(await answer(claim, policy(kept))).toBe('proved');
}, 60_000);

test(verifies('policy-tools.prove', 'a solver that does not answer proves nothing'), async () => {
  const silent = await prove({ kind: 'link_local' }, policy(wide), 0, async () => 'timeout', 1_000);
  expect(silent).toMatchObject({ kind: 'unknown' });
  const lying = await prove(
    { kind: 'link_local' },
    policy(wide),
    0,
    async () => 'sat\n((host 0) (path 0) (method 0))',
    1_000,
  );
  expect(lying).toMatchObject({ kind: 'unknown' });
});
