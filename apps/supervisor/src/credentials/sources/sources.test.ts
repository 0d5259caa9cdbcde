import { createVerify, generateKeyPairSync } from 'node:crypto';
import type { CredentialSource } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Answer, openTokenScene, start } from '../../testing/token-scene.ts';

const oauth = { token_url: 'https://login.example.com/token', client_id: 'me@work', scopes: ['read', 'write'] };
const clientCredentials: Partial<CredentialSource> = { kind: 'oauth2_client_credentials', ...oauth };
const token = (value: string, more = {}) => ({
  body: { access_token: value, token_type: 'Bearer', expires_in: 3_600, ...more },
});

test(
  verifies('credentials.tokens', 'a client gets a token, keeps it, and asks for the next before it ends, once'),
  async () => {
    let count = 0;
    const { asked, clock, scene, add, current } = await openTokenScene(() => token(`token-${++count}-0123`));
    await add(clientCredentials, 'client secret/1');
    const [one, other] = await Promise.all([current(), current()]);
    expect(one).toEqual({ kind: 'text', text: 'token-1-0123' });
    expect(other).toEqual(one);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.form).toEqual({ grant_type: 'client_credentials', scope: 'read write' });
    const basic = Buffer.from(`${encodeURIComponent('me@work')}:client+secret%2F1`).toString('base64');
    expect(asked[0]?.headers.authorization).toBe(`Basic ${basic}`);

    clock.now = start + 3_290_000;
    expect(await current()).toEqual(one);
    clock.now = start + 3_310_000; // not over yet, and renewed
    expect(await current()).toEqual({ kind: 'text', text: 'token-2-0123' });
    // A failure is nobody's while the token is good, and no value afterwards.
    scene.answer = () => ({ status: 500, body: 'token-3-0123' });
    clock.now += 3_400_000;
    expect(await current()).toEqual({ kind: 'text', text: 'token-2-0123' });
    clock.now += 300_000;
    expect(await current()).toMatchObject({ kind: 'fault', code: 'credential_unavailable' });
  },
);

test.each<[string, Answer]>([
  ['redirects', () => ({ status: 307, headers: { location: 'https://evil.example/' }, body: '' })],
  ['says no', () => ({ ...token('token-0123456'), status: 400 })],
  ['answers something else', () => ({ body: '<html>' })],
  ['gives a token of another type', () => token('token-0123456', { token_type: 'mac' })],
  ['gives a token that would end a header', () => token('token\r\nX-Other: 1')],
  ['sends without end', () => token('x'.repeat(100_000))],
])(`${verifies('credentials.tokens', 'there is no value when the endpoint')} %s`, async (_what, answer) => {
  const { asked, add, current } = await openTokenScene(answer);
  await add(clientCredentials, 'client-secret');
  expect(await current()).toMatchObject({ kind: 'fault', code: 'credential_unavailable' });
  expect(asked).toHaveLength(1);
});

test('a token endpoint in the clear is refused when it is given', async () => {
  const { add } = await openTokenScene(() => token('token-0123456'));
  await expect(add({ ...clientCredentials, token_url: 'http://login.example.com/' }, 'client-secret')).rejects.toThrow(
    'https',
  );
});

test(
  verifies('credentials.tokens', 'a new refresh token takes the place of the old one, also after a restart'),
  async () => {
    let count = 0;
    const answer: Answer = ({ form }) => {
      if (form['refresh_token'] !== `refresh-${count}`) return { status: 400, body: {} };
      return token(`token-${++count}-0123`, { refresh_token: `refresh-${count}` });
    };
    const { asked, clock, open, add, current } = await openTokenScene(answer);
    const source = { kind: 'oauth2_refresh_token', ...oauth, client_authentication: 'body' };
    await add(source, JSON.stringify({ refresh_token: 'refresh-0', client_secret: 'own' }));
    expect(await current()).toEqual({ kind: 'text', text: 'token-1-0123' });
    expect(asked[0]?.form).toMatchObject({ grant_type: 'refresh_token', client_id: 'me@work', client_secret: 'own' });
    clock.now += 3_600_000;
    expect(await current()).toEqual({ kind: 'text', text: 'token-2-0123' });
    expect(await current(await open())).toEqual({ kind: 'text', text: 'token-3-0123' });
  },
);

test(verifies('credentials.tokens', 'a service account of Google signs for its token'), async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const answer: Answer = ({ form }) => {
    const [head = '', claims = '', signature = ''] = (form['assertion'] ?? '').split('.');
    const isSigned = createVerify('sha256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    expect(read(claims)).toEqual({
      iss: 'robot@project.example',
      scope: 'a b',
      aud: 'https://oauth2.example.com/token',
      iat: start / 1_000,
      exp: start / 1_000 + 3_600,
    });
    return isSigned ? token('ya29.token') : { status: 401, body: {} };
  };
  const { asked, add, current } = await openTokenScene(answer);
  const file = {
    type: 'service_account',
    client_email: 'robot@project.example',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'k1',
    token_uri: 'https://oauth2.example.com/token',
    project_id: 'project',
  };
  await add({ kind: 'google_service_account', scopes: ['a', 'b'] }, JSON.stringify(file));
  expect(await current()).toEqual({ kind: 'text', text: 'ya29.token' });
  expect(asked[0]?.form['grant_type']).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
});

test(
  verifies('credentials.tokens', 'a role of AWS is taken on for temporary keys, which are renewed before they end'),
  async () => {
    const keys = (
      id: number,
      expires: number,
    ) => `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE${id}</AccessKeyId>
    <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey><SessionToken>FwoGZXIvYXdzEJr//session==</SessionToken>
    <Expiration>${new Date(expires).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    const { asked, clock, scene, add, current } = await openTokenScene(() => ({ body: keys(1, start + 900_000) }));
    const source = {
      kind: 'aws_sts',
      role_arn: 'arn:aws:iam::123456789012:role/agents',
      region: 'eu-central-1',
      seconds: 900,
    };
    await add(
      source,
      JSON.stringify({
        access_key_id: 'AKIAIOSFODNN7EXAMPLE',
        secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      }),
    );
    expect(await current()).toEqual({
      kind: 'aws',
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE1',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY',
      sessionToken: 'FwoGZXIvYXdzEJr//session==',
    });
    expect(asked[0]?.form).toMatchObject({ Action: 'AssumeRole', RoleArn: source.role_arn, DurationSeconds: '900' });
    expect(asked[0]?.headers.host).toBe('sts.eu-central-1.amazonaws.com');
    expect(asked[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20261122\/eu-central-1\/sts\/aws4_request/,
    );
    scene.answer = () => ({ body: keys(2, start + 1_800_000) });
    clock.now = start + 850_000;
    expect(await current()).toMatchObject({ accessKeyId: 'ASIAIOSFODNN7EXAMPLE2' });
  },
);
