import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { granted, open, policy, request, spent } from '../testing/samples.ts';
import { Simulation } from './simulation.ts';

const asking = open('api.example.com', ', rules: [{ ask: { method: POST, path: "/**" } }]');
const action = 'a'.repeat(64);

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
        simulation.add(question, before.decide(question));
      }
    const report = simulation.report();
    expect(report).toMatchObject({ decisions: 9, leftOut: 0 });
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
  simulation.add(question, recorded);
  expect(simulation.report()).toEqual({ decisions: 1, leftOut: 0, changes: [] });
});

test(verifies('policy-tools.simulate', 'denials about amounts are left out, and counted'), () => {
  const house = policy(`${open('api.example.com', ', access: full')}\nbudgets: { egress: 1KiB/run }`);
  const question = request('GET', 'api.example.com', '/');
  const recorded = house.decide(question, spent(2_000));
  expect(recorded.kind).toBe('deny');
  const simulation = new Simulation(house.snapshot, 0);
  simulation.add(question, recorded);
  expect(simulation.report()).toEqual({ decisions: 0, leftOut: 1, changes: [] });
});
