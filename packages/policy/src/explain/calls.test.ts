import type { EgressQuestion, RequestMessage } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../compile/digest.ts';
import { checkPolicy, diffPolicies } from '../index.ts';
import { Simulation } from '../simulate/simulation.ts';
import { policy, request } from '../testing/samples.ts';
import { explainQuestion } from './explain-question.ts';

interface Calls {
  readonly protocol: 'grpc' | 'a2a';
  readonly wide: string;
  readonly narrow: string;
  /** What `narrow` takes away. */
  readonly deny: string;
  readonly kept: RequestMessage;
  readonly lost: RequestMessage;
  /** How the lost one is told. */
  readonly words: string;
}

const both: readonly Calls[] = [
  {
    protocol: 'grpc',
    wide: '{ service: "shop.*" }',
    narrow: '{ service: "shop.*", method: "Get*" }',
    deny: '{ service: "shop.*", method: "{Drop,Void}*" }',
    kept: { protocol: 'grpc', service: 'shop.v1.Orders', method: 'GetOne' },
    lost: { protocol: 'grpc', service: 'shop.v1.Orders', method: 'DropAll' },
    words: 'shop.v1.Orders',
  },
  {
    protocol: 'a2a',
    wide: '{ method: "*" }',
    narrow: '{ method: "{GetTask,ListTasks}" }',
    deny: '{ method: "Send*" }',
    kept: { protocol: 'a2a', method: 'GetTask', params: {} },
    lost: { protocol: 'a2a', method: 'SendMessage', params: {} },
    words: 'SendMessage',
  },
];

describe.each(both)('$protocol', ({ protocol, wide, narrow, deny, kept, lost, words }) => {
  const text = (allowed: string, rest = ''): string =>
    `network_policies: { a: { endpoints: [{ host: api.example.com, port: 443, protocol: ${protocol}, rules: [{ allow: ${allowed} }]${rest} }] } }`;
  const ask = (message: RequestMessage): EgressQuestion =>
    request('POST', 'api.example.com', '/', {
      operation: { method: 'POST', path: '/', query: '', parameters: [], message },
    });
  const [before, after] = [policy(text(wide)), policy(text(narrow))];

  test(
    verifies('policy-tools.check', 'a rule that a deny rule leaves nothing is named, and none that keeps something'),
    () => {
      const warnings = (allowed: string) =>
        checkPolicy(`version: 1\n${text(allowed, `, deny_rules: [${deny}]`)}\n`, 'p.yaml').warnings.map(
          ({ kind }) => kind,
        );
      expect(warnings(deny)).toContain('contradicting');
      expect(warnings(wide)).not.toContain('contradicting');
      expect(warnings(narrow)).not.toContain('contradicting');
    },
  );

  test(verifies('policy-tools.explain', 'the call is in the sentence, with the rule that would allow it'), () => {
    const refused = explainQuestion(ask(lost), after.snapshot, 0);
    expect(refused.decision.kind).toBe('deny');
    expect(refused.sentence).toContain(words);
    expect(refused.lookedAt).toEqual([
      { rule: { layer: 'agent', path: 'network_policies.a.endpoints[0]' }, decides: true },
    ]);
    expect(explainQuestion(ask(kept), after.snapshot, 0).decision.kind).toBe('allow');
    // The head of a request says nothing about the call that is in its body, and opens nothing.
    const bare = explainQuestion(request('POST', 'api.example.com', '/'), after.snapshot, 0);
    expect(bare.decision.obligations.map((one) => one.kind)).toContain('inspect');
  });

  test(verifies('policy-tools.simulate', 'recorded calls that a draft refuses are counted, the others not'), () => {
    const simulation = new Simulation(after.snapshot, 0);
    for (const message of [kept, lost, lost]) {
      const question = ask(message);
      simulation.add(canonicalJson({ question, decision: before.decide(question), step: null }), 0);
    }
    const report = simulation.report();
    expect(report).toMatchObject({ decisions: 3, unreadable: 0 });
    expect(report.changes).toMatchObject([{ direction: 'closes', after: 'refused', count: 2 }]);
    expect(report.changes[0]?.example).toContain(words);
  });

  test(verifies('policy-tools.diff', 'what a draft opens and closes is told, or that it was not looked at'), () => {
    for (const [from, to, direction] of [
      [before, after, 'closes'],
      [after, before, 'opens'],
    ] as const) {
      const { changes, limits } = diffPolicies(from.snapshot, to.snapshot, 0);
      expect(changes.map((change) => change.direction)).toContain(direction);
      expect(changes.every((change) => change.direction === direction)).toBe(true);
      expect(limits).toEqual([expect.stringContaining('Of messages one for each name that rules spell out')]);
    }
  });
});
