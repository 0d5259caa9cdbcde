import type { EgressQuestion, Label } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { approversOf, requestTerms } from '../index.ts';
import { action, granted, inference, label, open, policy, request, toolCall } from '../testing/samples.ts';

const payments = `network_policies: { f: { endpoints: [{ host: finance.local, port: 80, rules: [{ allow: { method: POST, path: /payments }, destination: [/account] }] }] } }
flows: [{ ask: { from: { integrity: external }, to: { parameter: destination } } }]`;

function payment(account: Label): EgressQuestion {
  const parameters = [
    { name: '/account', role: 'destination' as const, value: 'DE89370400440532013000', label: account },
  ];
  return {
    ...request('POST', 'finance.local', '/payments'),
    port: 80,
    scheme: 'http',
    operation: { method: 'POST', path: '/payments', query: '', parameters },
    action,
  };
}

test(
  verifies('policy.flow-asks', 'a destination from outside needs a person, and the reason says where it was'),
  () => {
    const { decide: ask, snapshot } = policy(payments, 'services: { finance.local: { socket: finance.sock } }');
    expect(requestTerms(payment(label('local')), snapshot)).toEqual({
      destinations: ['/account'],
      effect: 'irreversible',
      inverse: null,
    });
    expect(ask(payment(label('local'))).kind).toBe('allow');
    expect(ask(payment(label('external', 'invoices/INV-0031.txt')))).toMatchObject({
      kind: 'ask',
      reasons: [
        {
          code: 'flow',
          text: 'The destination "/account" (DE89370400440532013000) can only come from invoices/INV-0031.txt, which came from outside.',
        },
      ],
      obligations: [{ kind: 'record', durability: 'durable' }],
    });
    const many = { ...label('external'), sources: ['a', 'b', 'c'].map((path) => ({ kind: 'file' as const, path })) };
    expect(ask(payment(many)).reasons[0]?.text).toContain('it may come from a, b and 1 more');
    expect(
      ask({ ...toolCall, parameters: [{ name: 'url', role: 'destination', value: 'x', label: label('external') }] })
        .kind,
    ).toBe('ask');
  },
);

test('a reason that two layers share is told once, and both rules are named', () => {
  const flows = 'flows: [{ ask: { from: { integrity: external }, to: { parameter: destination } } }]';
  const { decide: ask } = policy(payments, `services: { finance.local: { socket: finance.sock } }\n${flows}`);
  const decision = ask(payment(label('external')));
  expect(decision.reasons).toMatchObject([{ code: 'flow' }]);
  expect(decision.rules.map(({ layer }) => layer).toSorted()).toEqual(['agent', 'ceiling']);
  const { parameters } = payment(label('external')).operation ?? { parameters: [] };
  const two = [...parameters, ...parameters.map((parameter) => ({ ...parameter, value: 'GB33' }))];
  const asked = {
    ...payment(label('external')),
    operation: { method: 'POST', path: '/payments', query: '', parameters: two },
  };
  expect(ask(asked).reasons).toHaveLength(2);
});

test('secret data does not reach a reader outside', () => {
  const { decide: ask } = policy(
    `${open('a.example.com', ', access: full')}\nflows: [{ deny: { from: { confidentiality: secret }, to: { reader: external } } }]`,
  );
  const secret = { ...label('local'), confidentiality: 'secret' as const };
  expect(ask(request('POST', 'a.example.com', '/', { data: secret }))).toMatchObject({
    kind: 'deny',
    reasons: [{ code: 'flow' }],
  });
  expect(ask(request('POST', 'a.example.com', '/')).kind).toBe('allow');
  expect(ask({ ...inference, data: secret }).kind).toBe('deny');
  expect(ask({ ...inference, data: secret, locality: 'local' }).kind).toBe('allow');
});

test(
  verifies(
    'policy.grant-never-lifts-deny',
    'a grant answers what is asked, for its action, while it lives, and lifts no deny',
  ),
  () => {
    const { decide: ask } = policy(payments, 'services: { finance.local: { socket: finance.sock } }');
    const question = payment(label('external'));
    expect(ask(question, granted)).toMatchObject({
      kind: 'allow',
      reasons: [{ code: 'grant' }, { code: 'flow' }],
      rules: [{ layer: 'grant', path: 'apr_0123456789' }, { layer: 'agent' }],
      obligations: expect.arrayContaining([
        { kind: 'consume_grant', grant: 'grt_0123456789' },
        { kind: 'record', durability: 'durable' },
      ]),
    });
    const grant = granted.grant(action);
    if (grant === undefined) throw new Error('the sample grants');
    expect(ask(question, { ...granted, grant: () => ({ ...grant, expires: '2026-11-22T12:00:00Z' }) }).kind).toBe(
      'ask',
    );
    expect(ask(question, { ...granted, grant: () => ({ ...grant, action: 'b'.repeat(64) }) }).kind).toBe('ask');
    expect(ask({ ...question, host: 'elsewhere.example.com' }, granted).kind).toBe('deny');
    expect(
      ask({ ...question, operation: { method: 'DELETE', path: '/payments', query: '', parameters: [] } }, granted).kind,
    ).toBe('deny');
    const denied = policy('tools: [{ match: "*", decision: deny }]');
    expect(denied.decide({ ...toolCall, action }, granted).kind).toBe('deny');
    const proposed = policy('tools: [{ match: "*", decision: ask }]');
    expect(proposed.decide({ ...toolCall, phase: 'proposed', action }, granted).kind).toBe('ask');
    expect(proposed.decide({ ...toolCall, action }, granted).kind).toBe('allow');
  },
);

test(
  verifies(
    'policy.approvers',
    'a grant that fewer people agreed to than must now, or the requester with them, is none',
  ),
  () => {
    const two = payments.replace('parameter: destination }', 'parameter: destination }, approvers: 2, not: requester');
    const { decide: ask } = policy(two, 'services: { finance.local: { socket: finance.sock } }');
    const question = payment(label('external'));
    expect(ask(question).obligations).toContainEqual({ kind: 'approvers', count: 2, excludeRequester: true });
    const grant = granted.grant(action);
    if (grant === undefined) throw new Error('the sample grants');
    const given = (count: number, excludeRequester: boolean): string =>
      ask(question, { ...granted, grant: () => ({ ...grant, approvers: { count, excludeRequester } }) }).kind;
    expect([given(1, false), given(1, true), given(2, false)]).toEqual(['ask', 'ask', 'ask']);
    expect([given(2, true), given(3, true)]).toEqual(['allow', 'allow']);
    expect(ask(payment(label('local')), granted).kind).toBe('allow');
  },
);

test('of several rules that ask the strictest people count, in any order', () => {
  const rules = (first: string, second: string): string =>
    `${payments.split('\n')[0]}\nflows: [${[first, second]
      .map((more) => `{ ask: { from: { integrity: external }, to: { parameter: destination }${more} } }`)
      .join(', ')}]`;
  for (const [first, second] of [
    [', approvers: 3', ', not: requester'],
    [', approvers: 2, not: requester', ', approvers: 3'],
    ['', ', approvers: 3, not: requester'],
  ] as const)
    for (const text of [rules(first, second), rules(second, first)]) {
      const { decide: ask } = policy(text, 'services: { finance.local: { socket: finance.sock } }');
      expect(approversOf(ask(payment(label('external'))))).toEqual({ count: 3, excludeRequester: true });
    }
});
