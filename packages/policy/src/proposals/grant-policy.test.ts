import { type EgressQuestion, type GrantRule, noUsage } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Attempts, decide, grantOpens, grantPolicy, withGrants } from '../index.ts';
import { connection, open, policy, request } from '../testing/samples.ts';
import { pathPatterns } from './patterns.ts';

const bare = (agent: string, ceiling = '') => ({ snapshot: policy(agent, ceiling).snapshot, grants: [] });

test(
  verifies('policy-tools.grant-proposals', 'what is granted names the requests that were tried and nothing else'),
  () => {
    const governing = bare(open('"*.example.com"', ', access: read-only'));
    const asked = request('POST', 'api.example.com', '/a');
    const found = grantPolicy([asked], governing, 0);
    // Unlike a rule of the document it repeats nothing of what the wildcard allows.
    expect(found).toMatchObject({
      kind: 'ok',
      policy: { endpoints: [{ host: 'api.example.com', rules: [{ ask: { method: 'POST', path: '/a' } }] }] },
      tried: ['POST api.example.com:443/a'],
    });
    if (found.kind !== 'ok') return;
    expect(grantOpens(found.policy, governing, 0)).toMatchObject({
      limits: [],
      changes: [{ direction: 'opens', what: 'POST api.example.com:443/a', after: 'asks' }],
    });
  },
);

test(
  verifies('policy-tools.grant-proposals', 'what needs no rule, and what no rule can open, is refused with the reason'),
  () => {
    const code = (questions: [EgressQuestion, ...EgressQuestion[]], agent: string, ceiling = ''): string => {
      const found = grantPolicy(questions, bare(agent, ceiling), 0);
      return found.kind === 'ok' ? 'ok' : (found.decision?.reasons[0]?.code ?? 'no rule can say it');
    };
    const get = request('GET', 'api.example.com', '/a');
    expect(code([get], open('api.example.com', ', access: read-only'))).toBe('rule');
    expect(code([get], '', open('api.example.com', ', rules: [{ allow: { method: GET, path: /b } }]'))).toBe(
      'beyond_ceiling',
    );
    expect(code([get], open('"**.example.com"', ', access: full, deny_rules: [{ method: GET, path: "/**" }]'))).toBe(
      'explicit_deny',
    );
    expect(code([request('GET', '169.254.169.254', '/a')], '')).toBe('hard_block');
    expect(code([request('GET', 'api.example.com', '/*')], '')).toBe('no rule can say it');
    expect(code([get, request('GET', 'other.example.com', '/a')], '')).toBe('no_rule');
  },
);

test(
  verifies('policy-tools.learned', 'paths that differ in one segment become a pattern, which covers them all'),
  () => {
    expect(pathPatterns(['/repos/1', '/repos/2', '/repos/3', '/user'])).toEqual(['/repos/*', '/user']);
    expect(pathPatterns(['/repos/1', '/repos/2'])).toEqual(['/repos/1', '/repos/2']);
    const learns = bare('mode: learn\nlearn: { operator: ops, expires: "2026-11-23T00:00:00Z" }');
    const segment = fc.constantFrom('a', 'b', 'c', 'd', '');
    const path = fc
      .array(segment, { minLength: 1, maxLength: 3 })
      .map((parts) => `/${parts.join('/').replaceAll(/\/+/g, '/')}`);
    let merged = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('GET', 'POST'), path), { minLength: 1, maxLength: 12 }),
        (tried) => {
          const [first, ...rest] = tried.map(([method, at]) =>
            request(method, 'api.example.com', at.replace(/^\/\//, '/')),
          );
          if (first === undefined) return;
          const found = grantPolicy([first, ...rest], learns, 0, true);
          expect(found.kind).toBe('ok');
          if (found.kind !== 'ok') return;
          const rule: GrantRule = {
            id: 'prp_0000000001',
            agent: '',
            run: null,
            policy: found.policy,
            expires: '9999-01-01T00:00:00Z',
            uses: 1,
          };
          if (JSON.stringify(found.policy).includes('*')) merged++;
          const after = withGrants({ ...learns.snapshot, learnsUntil: null }, [rule]);
          for (const question of [first, ...rest]) expect(decide(question, after, noUsage, 0).kind).not.toBe('deny');
        },
      ),
      { numRuns: scale(200) },
    );
    expect(merged).toBeGreaterThan(5);
  },
);

test(
  verifies(
    'policy-tools.learned',
    'what was let through to learn from it is gathered apart from denials, with its runs',
  ),
  () => {
    const learning = policy('mode: learn\nlearn: { operator: ops, expires: "2026-11-22T12:00:01Z" }');
    const attempts = new Attempts(2);
    const asked = (run: `run_${string}`, host: string) =>
      request('GET', host, '/a', { caller: { agent: 'tour', run } });
    for (const run of ['run_0000000001', 'run_0000000002', 'run_0000000001'] as const) {
      const question = asked(run, 'a.example.com');
      expect(attempts.add(question, learning.decide(question))).toBe(true);
    }
    const denied = asked('run_0000000003', 'a.example.com');
    attempts.add(denied, policy('').decide(denied));
    expect(attempts.groups()).toMatchObject([
      { kind: 'learned', count: 3, runs: ['run_0000000002', 'run_0000000001'] },
      { kind: 'denied', count: 1, runs: ['run_0000000003'] },
    ]);
    attempts.add(connection('b.example.com'), policy('').decide(connection('b.example.com')));
    expect(attempts.groups().map(({ host, kind }) => `${kind} ${host}`)).toEqual([
      'denied a.example.com',
      'denied b.example.com',
    ]);
  },
);
