import { callRoute } from '@clawhold/channel';
import { apiRoutes, ledgerEvent } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { ApiHouse } from '../api/testing/api-house.ts';

const sandbox = 'sbx_0123456789';

test(
  verifies('sandbox.attestation-signed', 'an operator sees the last sandbox of a run with signature, key and end'),
  async () => {
    const house = await ApiHouse.open();
    const [run, other] = [await house.newRun(), await house.newRun()];
    const { supervisor } = house.channels;
    const registered = (attestationKey: string) =>
      callRoute(supervisor, apiRoutes.registerSupervisor, { name: 'local', tier: 't', attestationKey });
    const record = (type: 'sandbox.started' | 'sandbox.ended', body: object) =>
      callRoute(supervisor, apiRoutes.appendEvents, {
        // The body fits the type: each call below gives both.
        events: [ledgerEvent(type, body as never, { actor: 'supervisor', run })],
      });
    const seen = async (of: string, which?: string) =>
      (await house.operator('GET', `/runs/${of}/sandbox${which === undefined ? '' : `?sandbox=${which}`}`)).json;

    expect(await seen(run)).toMatchObject({ code: 'state_no_such_sandbox', status: 404 });
    await registered('first key');
    await record('sandbox.started', { sandbox, attestation: { tier: 't', landlock: 7 }, signature: 'signed' });
    await registered('second key');
    expect(await seen(run)).toEqual({
      run,
      sandbox,
      started: expect.any(String),
      ended: null,
      attestation: { tier: 't', landlock: 7 },
      signature: 'signed',
      publicKey: 'first key',
    });
    await record('sandbox.ended', { sandbox, reason: 'it was ended' });
    expect(await seen(run)).toMatchObject({ ended: { reason: 'it was ended' } });
    await record('sandbox.started', { sandbox: 'sbx_9876543210', attestation: {}, signature: 'again' });
    expect(await seen(run)).toMatchObject({ sandbox: 'sbx_9876543210', ended: null, publicKey: 'second key' });
    await record('sandbox.started', { sandbox: 'sbx_5555555555', attestation: {}, signature: 'mind', beside: 'mind' });
    expect(await seen(run)).toMatchObject({ sandbox: 'sbx_9876543210' });
    expect(await seen(run, 'sbx_5555555555')).toMatchObject({ sandbox: 'sbx_5555555555', signature: 'mind' });
    expect(await seen(run, sandbox)).toMatchObject({ sandbox, signature: 'signed' });
    expect(await seen(other, sandbox)).toMatchObject({ code: 'state_no_such_sandbox' });
    expect(await seen(other)).toMatchObject({ code: 'state_no_such_sandbox' });
  },
);

test('the sandboxes that run are those of the supervisor', async () => {
  const house = await ApiHouse.open();
  const run = await house.newRun();
  const one = { run, sandbox, agent: 'a', beside: null, state: 'running', memoryBytes: null, processes: 2 } as const;
  house.supervisor = { listSandboxes: () => ({ sandboxes: [one] }) };
  expect((await house.operator('GET', '/sandboxes')).json).toEqual({ sandboxes: [one] });
  expect((await house.send('GET', '/api/v1/sandboxes')).status).toBe(401);
});
