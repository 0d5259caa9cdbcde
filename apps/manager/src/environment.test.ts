import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { childEnvironment, companyProxy, providerKeys } from './environment.ts';

const person = {
  HOME: '/home/ann',
  LANG: 'de_DE.UTF-8',
  PATH: '/home/ann/bin',
  OPENAI_API_KEY: 'sk-1',
  CLAWHOLD_KEY_MINE: 'sk-2',
  ANTHROPIC_API_KEY: '',
  AWS_SECRET_ACCESS_KEY: 'aws',
  DATABASE_URL: 'postgres://admin:secret@db/',
  NODE_OPTIONS: '--require=/tmp/evil.js',
  LD_PRELOAD: '/tmp/evil.so',
};

test(
  verifies('manager.no-secrets-in-environment', 'our processes get nothing of it but language and authorities'),
  () => {
    expect(childEnvironment(person, '/opt/node')).toEqual({
      PATH: '/opt/node:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/nonexistent',
      NODE_ENV: 'production',
      LANG: 'de_DE.UTF-8',
    });
  },
);

test('provider keys are taken by their names, and empty ones are none', () => {
  expect(providerKeys(person)).toEqual({ OPENAI_API_KEY: 'sk-1', CLAWHOLD_KEY_MINE: 'sk-2' });
});

test("the company's proxy goes to the supervisor, and to no process through its environment", () => {
  const environment = { ...person, CLAWHOLD_COMPANY_PROXY: 'http://u:p@proxy:3128' };
  expect(companyProxy(environment)).toEqual({ url: 'http://u:p@proxy:3128' });
  expect(companyProxy({ CLAWHOLD_COMPANY_PROXY: '' })).toBeUndefined();
  expect(Object.values(childEnvironment(environment, '/opt/node')).join()).not.toContain('u:p');
});
