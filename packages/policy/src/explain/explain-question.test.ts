import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { policy, request } from '../testing/samples.ts';
import { explainQuestion } from './explain-question.ts';
import { urlQuestion } from './url-question.ts';

test(verifies('policy-tools.explain', 'the endpoints that were looked at are named, and which of them decided'), () => {
  const { snapshot } = policy(`network_policies:
  wide: { endpoints: [{ host: "**.example.com", port: 443, access: full }, { host: other.org, port: 443 }] }
  narrow: { endpoints: [{ host: api.example.com, port: 443, access: read-only }] }`);
  const explained = explainQuestion(request('POST', 'api.example.com', '/a'), snapshot, 0);
  expect(explained.decision.kind).toBe('deny');
  expect(explained.sentence).toContain('No rule allows POST api.example.com:443/a.');
  expect(explained.sentence).toContain('allow: { method: POST, path: "/a" }');
  expect(explained.lookedAt).toEqual([
    { rule: { layer: 'agent', path: 'network_policies.wide.endpoints[0]' }, decides: false },
    { rule: { layer: 'agent', path: 'network_policies.narrow.endpoints[0]' }, decides: true },
  ]);
});

test(
  verifies(
    'policy-tools.explain',
    'an address is asked about as the proxy would: its endpoint decides about encoded slashes',
  ),
  () => {
    const rules = 'protocol: rest, rules: [{ allow: { method: GET, path: "/*" } }]';
    const { decide } = policy(`network_policies:
  registry: { endpoints: [{ host: registry.example.com, port: 443, allow_encoded_slash: true, ${rules} }] }
  plain: { endpoints: [{ host: plain.example.com, port: 443, ${rules} }] }`);
    const answer = (url: string): string => {
      const asked = urlQuestion(url);
      return asked.kind === 'ok' ? decide(asked.question).kind : asked.reason;
    };
    expect(answer('https://registry.example.com/@scope%2fname#readme')).toBe('allow');
    expect(answer('https://plain.example.com/@scope%2fname')).toBe('deny');
    expect(answer('https://plain.example.com/..%2fname')).toMatch(/servers read in different ways/);
  },
);
