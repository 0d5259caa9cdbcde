import { ClawholdError, type Credential, type ErrorCode, problemSchema } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

const secret = 'sk-live-0123456789';
const written = '2026-11-22T00:00:00.000Z';
const binding = { hosts: ['api.code.example'], places: ['header:authorization'] };
const left = { credential: 'code', run: null, until: written };
const withdrawn = { revoked: 1, standing: 1, until: written };
const credential = { name: 'code', secret, source: { kind: 'secret' }, binding };

test(
  verifies('credentials.store', 'a secret is passed on to the supervisor, and no answer and no event has it'),
  async () => {
    const house = await ApiHouse.open();
    const kept: Credential[] = [];
    const given: string[] = [];
    house.supervisor = {
      listCredentials: () => ({ credentials: kept, standing: [left] }),
      addCredential: ({ secret: text, ...told }) => {
        given.push(text);
        kept.push({ ...told, written });
        return { ...told, written };
      },
      rotateCredential: ({ secret: text }) => {
        given.push(text);
        const [one] = kept;
        if (one === undefined) throw new ClawholdError('state_no_such_credential', 'None.', { status: 404 });
        return one;
      },
      removeCredential: () => withdrawn,
    };
    const answers = [
      await house.operator('POST', '/credentials', credential),
      await house.operator('GET', '/credentials'),
      await house.operator('POST', '/credentials/code/secret', { secret: `${secret}-new` }),
      await house.operator('POST', '/credentials/code/remove'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(given).toEqual([secret, `${secret}-new`]);
    expect(answers[1]?.json).toMatchObject({
      credentials: [{ name: 'code', binding: { ports: [443] } }],
      standing: [left],
    });
    expect(answers[3]?.json).toEqual(withdrawn);
    const events = (await house.recorded()).slice(-3);
    expect(events).toMatchObject([
      { type: 'credential.written', actor: 'person:operator' },
      { type: 'credential.written', actor: 'person:operator' },
      { type: 'credential.removed', actor: 'person:operator' },
    ]);
    for (const told of [JSON.stringify(answers), JSON.stringify(events)]) expect(told).not.toContain(secret);
  },
);

const changes: readonly (readonly [call: string, path: string, body: object | undefined])[] = [
  ['addCredential', '/credentials', credential],
  ['rotateCredential', '/credentials/code/secret', { secret }],
  ['removeCredential', '/credentials/code/remove', undefined],
];

test(
  verifies(
    'credentials.recorded-first',
    'each change is on record when the supervisor is asked for it, a refusal after it',
  ),
  async () => {
    const house = await ApiHouse.open();
    const last = async () => (await house.recorded()).at(-1);
    const before: unknown[] = [];
    const refuse = (code: ErrorCode) => async (): Promise<never> => {
      before.push((await last())?.type);
      throw new ClawholdError(code, 'No.', code === 'input_credential' ? {} : { status: 404 });
    };
    const known: Credential = {
      name: 'code',
      source: { kind: 'secret', prefix: '' },
      binding: { ...binding, ports: [443] },
      written,
    };
    house.supervisor = {
      listCredentials: () => ({ credentials: [known], standing: [] }),
      addCredential: refuse('input_credential'),
      rotateCredential: refuse('input_credential'),
      removeCredential: refuse('state_no_such_credential'),
    };
    for (const [, path, body] of changes) {
      const { code } = problemSchema.parse((await house.operator('POST', path, body)).json);
      expect(await last()).toMatchObject({
        type: 'credential.unchanged',
        actor: 'person:operator',
        body: { name: 'code', code, by: 'operator' },
      });
    }
    expect(before).toEqual(['credential.written', 'credential.written', 'credential.removed']);
    await house.breakLedger();
    for (const [call, path, body] of changes) {
      const asked = house.asked.filter((name) => name === call);
      expect((await house.operator('POST', path, body)).status).toBeGreaterThanOrEqual(500);
      expect(house.asked.filter((name) => name === call)).toEqual(asked);
    }
  },
);

test('what makes no sense is refused before the supervisor is asked, and the secret is not quoted', async () => {
  const house = await ApiHouse.open();
  for (const wrong of [
    { name: 'Code' },
    { binding: { ...binding, places: ['cookie'] } },
    { binding: { ...binding, hosts: [] } },
    { source: { kind: 'secrets' } },
    { secret: [secret] },
  ]) {
    const { status, json } = await house.operator('POST', '/credentials', { ...credential, ...wrong });
    expect(status).toBe(400);
    expect(JSON.stringify(json)).not.toContain(secret);
  }
  expect(house.asked).not.toContain('addCredential');
});
