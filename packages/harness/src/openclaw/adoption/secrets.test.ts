import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { isUnreadable, leavesOf, readConfiguration } from './configuration.ts';
import { secretsIn, secretsInProfiles, secretsInVariables } from './secrets.ts';

const of = (text: string) => {
  const read = readConfiguration(text);
  if (isUnreadable(read)) throw new Error(read.unreadable);
  return secretsIn(read, 'openclaw.json');
};
const told = (found: ReturnType<typeof of>) =>
  found.map(({ value, where, becomes }) => [
    value,
    where.replace('openclaw.json ', ''),
    'use' in becomes ? `${becomes.use.host}:${becomes.use.port} ${becomes.use.place}` : 'dropped',
  ]);

test(
  verifies('adoption.secrets-moved', 'secrets are found wherever a configuration keeps them, and where each belongs'),
  () => {
    const text = `{
    // as people write it
    gateway: { auth: { token: 'gateway-token-0001' }, port: 18789 },
    models: { providers: {
      own: { baseUrl: 'https://models.example.com:8443/v1', apiKey: 'sk-own-00000001', headers: { 'x-team': 'team-value-01' } },
      openai: { apiKey: 'sk-openai-000001', models: [{ id: 'm', maxTokens: 10 }] },
      local: { baseUrl: 'http://10.0.0.1:9/v1', apiKey: 'sk-local-0000001' },
      named: { apiKey: '\${NAMED_API_KEY}' },
    } },
    channels: { telegram: { botToken: '1234567:telegram-bot', allowFrom: ['*'] }, slack: { accounts: { a: { signingSecret: 'slack-signing-1' } } } },
    env: { vars: { GITHUB_TOKEN: 'ghp_0000000000000001', EDITOR: 'emacs-nox-29' } },
    mcp: { servers: { db: { command: 'mcp-db', env: { DB_PASSWORD: 'db-password-01' }, url: 'https://u:url-password-1@db.example.com/x' } } },
    secrets: { keys: ['listed-secret-01'] },
    session: { mainKey: 'agent-main-session', sessionKey: 'agent:main:main' },
  }`;
    expect(told(of(text))).toEqual([
      ['gateway-token-0001', 'gateway.auth.token', 'dropped'],
      ['sk-own-00000001', 'models.providers.own.apiKey', 'models.example.com:8443 header:authorization'],
      ['team-value-01', 'models.providers.own.headers.x-team', 'models.example.com:8443 header:authorization'],
      ['sk-openai-000001', 'models.providers.openai.apiKey', 'api.openai.com:443 header:authorization'],
      ['sk-local-0000001', 'models.providers.local.apiKey', 'nowhere.invalid:443 header:authorization'],
      ['1234567:telegram-bot', 'channels.telegram.botToken', 'api.telegram.org:443 path'],
      ['slack-signing-1', 'channels.slack.accounts.a.signingSecret', 'slack.com:443 header:authorization'],
      ['ghp_0000000000000001', 'env.vars.GITHUB_TOKEN', 'api.github.com:443 header:authorization'],
      ['db-password-01', 'mcp.servers.db.env.DB_PASSWORD', 'nowhere.invalid:443 header:authorization'],
      ['url-password-1', 'mcp.servers.db.url', 'db.example.com:443 header:authorization'],
      ['listed-secret-01', 'secrets.keys.0', 'nowhere.invalid:443 header:authorization'],
    ]);
  },
);

test(verifies('adoption.secrets-moved', 'keys of auth profiles are moved, sign-ins are not'), () => {
  const store = {
    version: 1,
    profiles: {
      'openai:api-key': { type: 'api_key', provider: 'openai', key: 'sk-proj-0000001' },
      'anthropic:me': {
        type: 'oauth',
        provider: 'anthropic',
        access: 'access-0000001',
        refresh: 'refresh-000001',
        expires: 1,
      },
      'hub:t': { type: 'token', provider: 'hub', token: 'hub-token-0001' },
    },
    openrouter: { apiKey: 'sk-or-flat-0001' },
  };
  expect(told(secretsInProfiles(store, 'auth-profiles.json'))).toEqual([
    ['sk-proj-0000001', expect.anything(), 'api.openai.com:443 header:authorization'],
    ['access-0000001', expect.anything(), 'dropped'],
    ['refresh-000001', expect.anything(), 'dropped'],
    ['hub-token-0001', expect.anything(), 'nowhere.invalid:443 header:authorization'],
    ['sk-or-flat-0001', expect.anything(), 'openrouter.ai:443 header:authorization'],
  ]);
});

test(verifies('adoption.secrets-moved', 'a file of variables is read as programs read it'), () => {
  const text = `# keys
ANTHROPIC_API_KEY="sk-ant-quoted-01"
export MY_TOKEN='single-quoted-1'
PLAIN_SECRET=plain-secret-01 # a comment
OPENCLAW_GATEWAY_TOKEN=gateway-token-01
LANG=en_GB.UTF-8
SHORT_KEY=abc
`;
  expect(told(secretsInVariables(text, '.env'))).toEqual([
    ['sk-ant-quoted-01', '.env ANTHROPIC_API_KEY', 'api.anthropic.com:443 header:x-api-key'],
    ['single-quoted-1', '.env MY_TOKEN', 'nowhere.invalid:443 header:authorization'],
    ['plain-secret-01', '.env PLAIN_SECRET', 'nowhere.invalid:443 header:authorization'],
    ['gateway-token-01', '.env OPENCLAW_GATEWAY_TOKEN', 'dropped'],
  ]);
});

test(
  verifies('adoption.hostile', 'a configuration of any depth, size and form is read within bounds, or is a sentence'),
  () => {
    const deep = `${'{a:'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const read = readConfiguration(deep);
    expect(isUnreadable(read) ? [] : leavesOf(read)).toEqual([]);
    expect(readConfiguration(`{a:'${'x'.repeat(2_000_001)}'}`)).toEqual({ unreadable: 'it is too long' });
    expect(readConfiguration('{token: secret-in-clear')).toEqual({ unreadable: 'it is no JSON5 at 1:9' });
    expect(readConfiguration('[1]')).toEqual({ unreadable: 'it is no object' });
    const wide = readConfiguration(`{a:[${'0,'.repeat(90_000)}]}`);
    expect(leavesOf(wide).length).toBeLessThan(50_001);
    const proto = readConfiguration('{"__proto__": {"token": "polluted-token-1"}, a: 1}');
    expect(Reflect.get({}, 'token')).toBeUndefined();
    expect(isUnreadable(proto) ? [] : secretsIn(proto, 'f').length).toBe(1);
  },
);
