import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { refusal, sentence } from '../index.ts';
import { policy, request } from '../testing/samples.ts';

const narrow = `network_policies:
  narrow:
    endpoints: [{ host: a.example.com, port: 443, access: read-only }]
    binaries: [{ path: /usr/bin/git }]`;
const { decide } = policy(narrow);
const by = (executable?: string) => {
  const question = request('GET', 'a.example.com', '/x');
  return { ...question, caller: { agent: 'agent', ...(executable === undefined ? {} : { executable }) } };
};

test(
  verifies('policy.explains', 'a refusal says that the rule there is for another program, and which was asked'),
  () => {
    const question = by('/usr/bin/curl');
    const decision = decide(question);
    expect(decision).toMatchObject({
      kind: 'deny',
      reasons: [
        {
          code: 'no_rule',
          text: 'No rule allows GET a.example.com:443/x for the program /usr/bin/curl, nor for any that it was started by; network_policies.narrow.endpoints[0] is for other programs.',
        },
      ],
      rules: [{ layer: 'agent', path: 'network_policies.narrow.endpoints[0]' }],
    });
    expect(refusal(question, decision).reasons).toEqual(decision.reasons);
    expect(sentence(question, decision)).toContain(
      'add { path: /usr/bin/curl } to the binaries of network_policies.narrow in the agent policy',
    );
  },
);

test(verifies('policy.explains', 'a refusal says that nobody knows which program it was'), () => {
  const decision = decide(by());
  expect(decision.reasons[0]?.text).toContain('for a program whose executable is not known; network_policies.narrow');
  expect(sentence(by(), decision)).toContain('Only without `binaries` would network_policies.narrow');
});

test('where the program makes no difference it is not spoken of', () => {
  const write = { ...by('/usr/bin/curl'), operation: { method: 'POST', path: '/x', query: '', parameters: [] } };
  expect(decide(write).reasons[0]?.text).toBe('No rule allows POST a.example.com:443/x.');
  expect(decide({ ...by('/usr/bin/curl'), host: 'b.example.com' }).reasons[0]?.text).not.toContain('program');
  expect(decide(by('/usr/bin/git')).kind).toBe('allow');
});
