import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { compile } from '../index.ts';
import { document } from '../testing/samples.ts';

const problems = (ceiling: string, agent = '') => {
  const compiled = compile({ ceiling: document(ceiling), agent: document(agent) });
  return compiled.kind === 'ok' ? [] : compiled.problems.map(({ message }) => message);
};

test('a model server has a name with its addresses, or is an address', () => {
  expect(problems('inference: { servers: [{ host: gpu.corp.example, port: 8000, addresses: [10.1.2.3] }] }')).toEqual(
    [],
  );
  expect(problems('inference: { servers: [{ host: 192.168.7.7, port: 8000 }] }')).toEqual([]);
  expect(problems('inference: { servers: [{ host: gpu.corp.example, port: 8000 }] }')).toEqual([
    expect.stringContaining('which addresses'),
  ]);
});

test.each(['127.0.0.1', '169.254.169.254', '0.0.0.0', '::1', '::ffff:10.0.0.1', '010.0.0.1', '10.0.0.0/8'])(
  verifies('policy.model-servers', 'a ceiling cannot name %s as a model server'),
  (address) => {
    expect(problems(`inference: { servers: [{ host: a.example, port: 1, addresses: ["${address}"] }] }`)).toHaveLength(
      1,
    );
  },
);

test(verifies('policy.model-servers', 'an agent cannot name any'), () => {
  expect(problems('', 'inference: { servers: [{ host: 10.0.0.5, port: 8000 }] }')).toEqual([
    expect.stringContaining('Only the ceiling'),
  ]);
});
