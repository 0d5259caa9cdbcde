import type { GrantRule } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { decide, isNarrowed, isReachable, type Snapshot, withGrants } from '../index.ts';
import { action, connection, granted, label, open, policy, request, spent } from '../testing/samples.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const usage = { spent: () => 0, grant: () => undefined };
const get = request('GET', 'api.example.com', '/a');

function rule(rest: Partial<GrantRule> = {}, host = 'api.example.com'): GrantRule {
  return {
    id: 'prp_0123456789',
    agent: 'tour',
    run: null,
    policy: {
      endpoints: [
        { host, port: 443, rules: [{ allow: { method: 'GET', path: '/a' } }, { ask: { method: 'POST', path: '/a' } }] },
      ],
    },
    expires: '2026-11-22T12:00:01Z',
    uses: 2,
    ...rest,
  };
}

function with1(agent: string, ceiling = '', granting = rule()): Snapshot {
  return withGrants(policy(agent, ceiling).snapshot, [granting]);
}

test(
  verifies('policy.granted-rules', 'a granted rule opens what no document does, names itself, and costs a use'),
  () => {
    const snapshot = with1('');
    expect(decide(get, snapshot, usage, now)).toMatchObject({
      kind: 'allow',
      rules: [{ layer: 'grant', path: expect.stringContaining('prp_0123456789') }],
      policy: policy('').snapshot.digest,
      obligations: expect.arrayContaining([
        { kind: 'reserve', counter: 'grant/prp_0123456789', amount: 1, limit: 2 },
        { kind: 'record', durability: 'durable' },
      ]),
    });
    const post = request('POST', 'api.example.com', '/a', { action });
    expect(decide(post, snapshot, usage, now).kind).toBe('ask');
    expect(decide(post, snapshot, granted, now)).toMatchObject({
      kind: 'allow',
      obligations: expect.arrayContaining([expect.objectContaining({ kind: 'reserve' })]),
    });
    expect(decide(request('GET', 'api.example.com', '/b'), snapshot, usage, now).kind).toBe('deny');
    // A connection whose requests are read is no use of it.
    const opened = decide(connection('api.example.com'), snapshot, usage, now);
    expect(opened).toMatchObject({
      kind: 'allow',
      obligations: expect.arrayContaining([expect.objectContaining({ kind: 'inspect' })]),
    });
    expect(opened.obligations.some(({ kind }) => kind === 'reserve')).toBe(false);
  },
);

test(verifies('policy.granted-rules', 'it ends with its time, its uses and its run'), () => {
  const snapshot = with1('');
  expect(decide(get, snapshot, usage, now + 1_000).kind).toBe('deny');
  expect(decide(get, snapshot, spent(1), now).kind).toBe('allow');
  expect(decide(get, snapshot, spent(2), now).kind).toBe('deny');
  const own = with1('', '', rule({ run: 'run_0123456789' }));
  const from = (run: `run_${string}`) => ({ ...get, caller: { agent: 'tour', run } });
  expect(decide(from('run_0123456789'), own, usage, now).kind).toBe('allow');
  expect(decide(from('run_9876543210'), own, usage, now).kind).toBe('deny');
  expect(decide(get, own, usage, now).kind).toBe('deny');
});

test(
  verifies('policy.granted-rules', 'it lifts no ceiling, no denial, no block and no flow rule, and takes nothing away'),
  () => {
    const narrow = open('other.example.com', ', access: full');
    expect(decide(get, with1('', narrow), usage, now)).toMatchObject({
      kind: 'deny',
      reasons: [{ code: 'beyond_ceiling' }],
    });
    const denies = open('"*.example.com"', ', access: read-only, deny_rules: [{ method: GET, path: /a }]');
    for (const snapshot of [with1(denies), with1('', denies)])
      expect(decide(get, snapshot, usage, now)).toMatchObject({ kind: 'deny', reasons: [{ code: 'explicit_deny' }] });
    const blocked = with1('', '', rule({}, 'localhost'));
    expect(decide(request('GET', 'localhost', '/a'), blocked, usage, now)).toMatchObject({
      reasons: [{ code: 'hard_block' }],
    });
    const flow = with1('flows: [{ deny: { from: { integrity: external }, to: { reader: external } } }]');
    expect(decide({ ...get, data: label('external') }, flow, usage, now)).toMatchObject({
      reasons: [{ code: 'flow' }],
    });
    // What a document allows goes by the document, and no use is lost.
    const open1 = with1(open('api.example.com', ', access: read-only'));
    expect(decide(get, open1, usage, now).obligations.some(({ kind }) => kind === 'reserve')).toBe(false);
  },
);

test('a name that only a granted rule knows is reachable, and who calls matters where it says so', () => {
  const { snapshot } = policy('');
  const narrowed = withGrants(snapshot, [
    rule({ policy: { ...rule().policy, binaries: [{ path: '/usr/bin/curl' }] } }),
  ]);
  expect([isReachable('api.example.com', snapshot), isReachable('api.example.com', narrowed)]).toEqual([false, true]);
  expect([isNarrowed('api.example.com', 443, with1('')), isNarrowed('api.example.com', 443, narrowed)]).toEqual([
    false,
    true,
  ]);
});

test('a rule that does not validate opens nothing', () => {
  const wide = with1('', '', rule({}, '**'));
  expect([wide.grants.length, wide.documents.grant]).toEqual([0, undefined]);
  expect(decide(get, wide, usage, now).kind).toBe('deny');
});
