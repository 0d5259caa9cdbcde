import { type Decision, noUsage, type Question, type RunId } from '@clawhold/spec';
import { scale, verifies } from '@clawhold/testkit';
import { array, assert, constantFrom, property, record, string, subarray } from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../compile/digest.ts';
import { withGrants } from '../compile/grants.ts';
import { decide } from '../decide/decide.ts';
import { describeQuestion } from '../decide/explain.ts';
import { opennessOf } from '../diff/openness.ts';
import { granted, open, policy, request, spent, toolCall } from '../testing/samples.ts';
import { bodyOfLine, readRecorded } from './recorded-text.ts';
import { joinReports } from './report.ts';
import { Simulation } from './simulation.ts';

const asking = open('api.example.com', ', rules: [{ ask: { method: POST, path: "/**" } }]');
const action = 'a'.repeat(64);

/** The body of a record as the ledger writes it. */
const body = (question: Question, decision: Decision): string => canonicalJson({ question, decision, step: null });

test(
  verifies(
    'policy-tools.simulate',
    'recorded decisions that a draft decides differently are counted by the rule that does',
  ),
  () => {
    const before = policy(open('api.example.com', ', access: read-write'));
    const after = policy(open('api.example.com', ', access: read-only'));
    const simulation = new Simulation(after.snapshot, 0);
    for (let count = 0; count < 3; count++)
      for (const method of ['GET', 'POST', 'PUT']) {
        const question = request(method, 'api.example.com', `/${count}`);
        simulation.add(body(question, before.decide(question)), count);
      }
    const report = simulation.report();
    expect(report).toMatchObject({ decisions: 9, leftOut: 0, unreadable: 0 });
    expect(report.changes).toMatchObject([
      { direction: 'closes', before: 'allowed', after: 'refused', count: 6, example: 'POST api.example.com:443/0' },
    ]);
  },
);

test(verifies('policy-tools.simulate', 'what a person agreed to is no change when the draft would ask again'), () => {
  const house = policy(asking);
  const question = request('POST', 'api.example.com', '/', { action });
  const recorded = house.decide(question, granted);
  expect(recorded.kind).toBe('allow');
  const simulation = new Simulation(house.snapshot, 0);
  simulation.add(body(question, recorded), 0);
  expect(simulation.report()).toEqual({ decisions: 1, agents: ['tour'], leftOut: 0, unreadable: 0, changes: [] });
});

test(verifies('policy-tools.simulate', 'denials about amounts are left out, and counted'), () => {
  const house = policy(`${open('api.example.com', ', access: full')}\nbudgets: { egress: 1KiB/run }`);
  const question = request('GET', 'api.example.com', '/');
  const recorded = house.decide(question, spent(2_000));
  expect(recorded.kind).toBe('deny');
  const simulation = new Simulation(house.snapshot, 0);
  simulation.add(body(question, recorded), 0);
  expect(simulation.report()).toEqual({ decisions: 0, agents: [], leftOut: 1, unreadable: 0, changes: [] });
});

test(
  verifies('policy-tools.simulate', 'reports about parts of a ledger together are the report about the whole'),
  () => {
    const before = policy(open('api.example.com', ', access: read-write'));
    const draft = policy(open('api.example.com', ', access: read-only')).snapshot;
    const bodies = Array.from({ length: 40 }, (_, at) => {
      const question = request(['GET', 'POST', 'PUT'][at % 3] ?? '', 'api.example.com', `/${at % 7}`);
      return body(question, before.decide(question));
    });
    const parts = [new Simulation(draft, 0), new Simulation(draft, 0), new Simulation(draft, 0)];
    const whole = new Simulation(draft, 0);
    for (const [at, one] of bodies.entries()) {
      whole.add(one, at);
      parts[(at + 1) % 3]?.add(one, at);
    }
    expect(joinReports(parts.map((part) => part.report()))).toEqual(whole.report());
  },
);

test(verifies('policy-tools.simulate', 'what a granted rule decided is no change by a draft, which has none'), () => {
  const snapshot = withGrants(policy('').snapshot, [
    {
      id: 'prp_0123456789',
      agent: 'tour',
      run: null,
      policy: { endpoints: [{ host: 'api.example.com', port: 443, access: 'read-only' }] },
      expires: '2030-01-01T00:00:00Z',
      uses: 2,
    },
  ]);
  const question = request('GET', 'api.example.com', '/');
  const recorded = decide(question, snapshot, noUsage, 0);
  expect(recorded.kind).toBe('allow');
  const simulation = new Simulation(policy('').snapshot, 0);
  simulation.add(body(question, recorded), 0);
  expect(simulation.report()).toEqual({ decisions: 0, agents: [], leftOut: 1, unreadable: 0, changes: [] });
});

test(verifies('policy-tools.simulate', 'arguments that the ledger does not hold are not held against a draft'), () => {
  const rules = 'tools: [{ match: "file.write", where: "args.path == \'a\'" }, { match: "file.list" }]';
  const house = policy(rules);
  const call = { ...toolCall, tool: 'file.write', arguments: { path: 'a' } };
  const { arguments: _long, ...kept } = call;
  const recorded = house.decide(call);
  expect([recorded.kind, house.decide(kept).kind]).toEqual(['allow', 'deny']);
  const simulation = new Simulation(house.snapshot, 0);
  simulation.add(body(kept, recorded), 0);
  simulation.add(body(call, recorded), 1);
  simulation.add(body({ ...kept, tool: 'file.list' }, recorded), 2);
  expect(simulation.report()).toMatchObject({ decisions: 2, leftOut: 1, changes: [] });
});

test(verifies('policy-tools.simulate', 'the decisions of one agent are those of nobody else'), () => {
  const recorded = policy('').decide(request('GET', 'api.example.com', '/'));
  const opening = policy(open('api.example.com', ', access: read-only')).snapshot;
  const [every, one] = [new Simulation(opening, 0), new Simulation(opening, 0, 'b')];
  for (const agent of ['a', 'b', 'b', 'c']) {
    const question = { ...request('GET', 'api.example.com', '/'), caller: { agent } };
    for (const simulation of [every, one]) simulation.add(body(question, recorded), 0);
  }
  expect(every.report()).toMatchObject({ decisions: 4, agents: ['a', 'b', 'c'], changes: [{ count: 4 }] });
  expect(one.report()).toMatchObject({ decisions: 2, agents: ['b'], changes: [{ count: 2 }] });
});

test(verifies('policy-tools.simulate', 'a record of no question is counted as unreadable'), () => {
  const simulation = new Simulation(policy('').snapshot, 0);
  const decision = policy('').decide(request('GET', 'api.example.com', '/'));
  for (const question of [null, 5, 'a', true]) simulation.add(canonicalJson({ question, decision, step: null }), 0);
  simulation.add(canonicalJson({ question: {}, decision, step: null }), 0);
  expect(simulation.report()).toMatchObject({ decisions: 1, unreadable: 4 });
});

/** Text that looks like the keys which a record is read by. */
const hostile = string({
  unit: constantFrom(
    '"',
    '\\',
    '{',
    '}',
    ',',
    ':',
    'a',
    ',"run":"',
    '"caller":{',
    '},"data":{',
    ',"step":',
    ',"question":{',
  ),
  maxLength: 12,
});

test(verifies('policy-tools.simulate', 'a record is read as its JSON is, whatever stands in it'), () => {
  const house = policy(asking);
  const questions = record({
    host: hostile,
    path: hostile,
    agent: hostile,
    executable: hostile,
    parts: subarray(['run', 'sandbox', 'action', 'ancestors']),
  });
  assert(
    property(questions, hostile, constantFrom(1, 2), ({ host, path, agent, executable, parts }, text, run) => {
      const question = {
        ...request('POST', host, path, parts.includes('action') ? { action } : {}),
        caller: {
          agent,
          executable,
          ...(parts.includes('ancestors') ? { ancestors: [text, path] } : {}),
          ...(parts.includes('run') ? { run: `run_${text}` as const } : {}),
          ...(parts.includes('sandbox') ? { sandbox: `sbx_${run}` as const } : {}),
        },
      };
      const decided = house.decide(question);
      const decision: Decision = { ...decided, reasons: [{ code: 'rule', text: `${text}"kind":"inspect"` }] };
      const { run: _run, sandbox: _sandbox, ...caller } = question.caller;
      const left = parts.includes('run') ? caller : question.caller;
      const read = readRecorded(body(question, decision));
      expect(read?.recorded).toBe(opennessOf(decision));
      expect(JSON.parse(read?.question ?? '')).toEqual(JSON.parse(canonicalJson({ ...question, caller: left })));
    }),
  );
});

/** Lines as an export has them, one of another kind between. */
function linesOf(bodies: readonly string[]): Uint8Array<ArrayBuffer> {
  const other = '{"actor":"gateway","body":{"text":"ö"},"run":null,"type":"run.created"}';
  const lines = bodies.map((one, at) => `{"actor":"sü","body":${one},"run":"run_${at}","type":"decision.made"}`);
  return new TextEncoder().encode([...lines, other].join('\n'));
}

test(
  verifies('policy-tools.simulate', 'lines are counted as their records one by one, though most came before'),
  () => {
    const before = policy(open('api.example.com', ', access: read-write'));
    const draft = policy(open('api.example.com', ', access: read-only')).snapshot;
    const asked = record({
      method: constantFrom('GET', 'POST', 'PUT'),
      path: constantFrom('/a', '/b', '/ä', '/"run":"', '/},"data":{'),
      run: constantFrom<(RunId | undefined)[]>('run_a', 'run_b', undefined),
      agent: constantFrom('one', 'ä', ',"step":null'),
      action: constantFrom(action, 'b'.repeat(64), undefined),
    });
    assert(
      property(array(asked, { maxLength: 40 }), constantFrom('export', 'bodies'), (questions, form) => {
        const bodies = questions.map(({ method, path, run, agent, action: digest }) => {
          const question = request(method, 'api.example.com', path, digest === undefined ? {} : { action: digest });
          const caller = { agent, ...(run === undefined ? {} : { run }) };
          return body({ ...question, caller }, before.decide(question));
        });
        const [one, all] = [new Simulation(draft, 0), new Simulation(draft, 0)];
        for (const [at, text] of bodies.entries()) one.add(text, at);
        const lines = form === 'export' ? linesOf(bodies) : new TextEncoder().encode(bodies.join('\n'));
        expect(all.addLines(lines, form, 0)).toBe(bodies.length);
        expect(all.report()).toEqual(one.report());
      }),
      { numRuns: scale(30) },
    );
  },
);

test(verifies('policy-tools.simulate', 'a line of an export that another program wrote is read too'), () => {
  const house = policy(asking);
  const question = request('POST', 'api.example.com', '/');
  const decision = house.decide(question);
  const loose = JSON.stringify({ type: 'decision.made', body: { step: null, question, decision } });
  expect(bodyOfLine('{"type":"run.created","body":{"text":"decision.made"}}')).toBeUndefined();
  expect(bodyOfLine('{"text":"decision.made"')).toBeUndefined();
  const simulation = new Simulation(policy('').snapshot, 0);
  simulation.add(bodyOfLine(loose) ?? '', 0);
  simulation.add('{"question":1}', 1);
  expect(simulation.report()).toMatchObject({
    decisions: 1,
    unreadable: 1,
    changes: [{ before: 'asks', after: 'refused', example: describeQuestion(question) }],
  });
});
