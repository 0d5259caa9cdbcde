import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { createPolicies } from './policies.ts';

const ceiling = 'version: 1\nname: ceiling\n';

test(
  verifies(
    'supervisor.waits-for-policies',
    'before the first publication whoever asks is told to wait, after it that there is none',
  ),
  () => {
    const policies = createPolicies([], Date.now);
    expect(() => policies.of('worker')).toThrow(
      expect.objectContaining({ code: 'supervisor_without_policies', status: 503 }),
    );
    policies.publish({ ceiling, agents: { worker: 'version: 1\nname: worker\n' } });
    expect(policies.of('worker')).toBeDefined();
    expect(() => policies.of('other')).toThrow(expect.objectContaining({ code: 'policy_missing' }));
  },
);
