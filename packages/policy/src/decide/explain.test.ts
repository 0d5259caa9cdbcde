import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { describeQuestion, fileRules, namedHosts, refusal, sentence } from '../index.ts';
import { connection, inference, open, policy } from '../testing/samples.ts';

function digest(agent: string, ceiling = ''): string {
  return policy(agent, ceiling).snapshot.digest;
}

test(verifies('policy.explains', 'a refusal speaks to the agent, a sentence to the person'), () => {
  const { decide: ask } = policy('');
  const question = connection('docs-backup.example.net');
  const decision = ask(question);
  expect(refusal(question, decision, 'prp_1')).toEqual({
    error: 'policy_denied',
    asked: { kind: 'egress', what: 'docs-backup.example.net:443' },
    reasons: decision.reasons,
    rules: [],
    next: expect.stringContaining('http://policy.local/'),
    proposal: 'prp_1',
  });
  expect(sentence(question, decision)).toBe(
    'docs-backup.example.net:443 was refused: No rule allows docs-backup.example.net:443. To allow it, add { host: docs-backup.example.net, port: 443 } to the agent\'s network_policies and run "clawhold policy check FILE"; that opens every byte to and from that host.',
  );
  expect(describeQuestion(inference)).toBe('openai/gpt');
  expect(refusal(connection('10.0.0.1'), ask(connection('10.0.0.1'))).next).toContain('No policy can allow this');
});

test('the snapshot says who wrote files and which hosts it names', () => {
  const { snapshot } = policy(
    'labels: { files: [{ path: "invoices/**", integrity: external }] }',
    'services: { finance.local: { port: 9000 } }',
    open('api.example.com'),
  );
  const rules = fileRules(snapshot);
  expect([rules.anyExternal, rules.integrityOf('invoices/a/b.txt'), rules.integrityOf('ledger/l.csv')]).toEqual([
    true,
    'external',
    'local',
  ]);
  expect(namedHosts(snapshot)).toEqual(['api.example.com', 'finance.local']);
  expect(Object.isFrozen(snapshot)).toBe(true);
});

test('the digest changes with the documents and not with the order of their keys', () => {
  expect(digest('name: a\nservices: {}')).toBe(digest('services: {}\nname: a'));
  expect(
    new Set([
      digest(''),
      digest('tools: [{ match: a }]'),
      digest('', 'tools: [{ match: a }]'),
      digest('tools: [{ match: a }, { match: b }]'),
      digest('tools: [{ match: b }, { match: a }]'),
    ]).size,
  ).toBe(5);
});
