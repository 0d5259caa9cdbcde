import { formatId, idEntropyBytes } from '@clawhold/spec';
import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { type Answer, openTokenScene, start } from '../testing/token-scene.ts';

const oauth = {
  token_url: 'https://login.example.com/token',
  revocation_url: 'https://login.example.com/revoke',
  client_id: 'me',
};
const ofClient = { kind: 'oauth2_client_credentials', ...oauth };
const ofGrant = { kind: 'oauth2_refresh_token', ...oauth };
const otherRun = formatId('run', Buffer.alloc(idEntropyBytes, 1));
const hour = new Date(start + 3_600_000).toISOString();

/** Gives out numbered tokens for an hour, and takes all of them back. */
function provider(revocation: Answer = () => ({ body: '' })): Answer {
  let count = 0;
  return (asked) =>
    asked.path === '/token'
      ? { body: { access_token: `token-${++count}-0123`, token_type: 'Bearer', expires_in: 3_600 } }
      : revocation(asked);
}

test(verifies('credentials.revoked', 'the end of a run ends its own token at the provider, and no other'), async () => {
  const { asked, vault, add, current, withdrawals, run } = await openTokenScene(provider());
  await add(ofClient, 'client-secret');
  expect(await current()).toEqual({ kind: 'text', text: 'token-1-0123' });
  expect(await current(vault, otherRun)).toEqual({ kind: 'text', text: 'token-2-0123' });
  expect(await current()).toEqual({ kind: 'text', text: 'token-1-0123' });
  await vault.endRun(run);
  const revocations = asked.filter(({ path }) => path === '/revoke');
  expect(revocations.map(({ form }) => form)).toEqual([{ token: 'token-1-0123', token_type_hint: 'access_token' }]);
  expect(revocations[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:client-secret').toString('base64')}`);
  expect(withdrawals).toEqual([{ name: 'one', cause: 'run_ended', run, revoked: 1, standing: 0, until: null }]);
  expect(vault.standing()).toEqual([]);
  // The other run goes on with its own; this one would get a new one.
  expect(await current(vault, otherRun)).toEqual({ kind: 'text', text: 'token-2-0123' });
  expect(await current()).toEqual({ kind: 'text', text: 'token-3-0123' });
});

test(
  verifies('credentials.revoked', 'without an endpoint for it runs share a token, which stands when it is given up'),
  async () => {
    const { asked, vault, add, current, withdrawals, run, clock } = await openTokenScene(provider());
    await add({ ...ofClient, revocation_url: undefined }, 'client-secret');
    const shared = await current();
    expect(await current(vault, otherRun)).toEqual(shared);
    await vault.endRun(run);
    expect(withdrawals).toEqual([]);
    expect(await vault.remove('one')).toEqual({ revoked: 0, standing: 1, until: hour });
    expect(vault.standing()).toEqual([{ credential: 'one', run: null, until: hour }]);
    expect(withdrawals).toMatchObject([{ cause: 'removed', standing: 1, until: hour }]);
    expect(asked).toHaveLength(1);
    clock.now = start + 3_600_000;
    expect(vault.standing()).toEqual([]);
  },
);

test(verifies('credentials.revoked', 'what a provider does not take back is listed'), async () => {
  const { vault, add, current, withdrawals, run } = await openTokenScene(provider(() => ({ status: 503, body: '' })));
  await add(ofClient, 'client-secret');
  await current();
  await vault.endRun(run);
  expect(withdrawals).toEqual([{ name: 'one', cause: 'run_ended', run, revoked: 0, standing: 1, until: hour }]);
  expect(vault.standing()).toEqual([{ credential: 'one', run, until: hour }]);
});

test(
  verifies('credentials.revoked', 'another secret ends the tokens that were asked for with the old one'),
  async () => {
    const { asked, vault, add, clock, current, withdrawals } = await openTokenScene(provider());
    await add(ofClient, 'client-secret');
    await Promise.all([current(), current(vault, otherRun)]);
    clock.now += 1_000;
    await vault.rotate('one', 'another-secret');
    expect(withdrawals).toMatchObject([{ cause: 'rotated', revoked: 2, standing: 0 }]);
    const basic = `Basic ${Buffer.from('me:client-secret').toString('base64')}`;
    expect(asked.slice(2).map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    expect(await current()).toEqual({ kind: 'text', text: 'token-3-0123' });
  },
);

test(
  verifies('credentials.revoked', 'a grant is handed back when its credential is removed, and not before'),
  async () => {
    const { asked, vault, add, current, run } = await openTokenScene(provider());
    await add(ofGrant, JSON.stringify({ refresh_token: 'refresh-0123' }));
    const shared = await current();
    expect(await current(vault, otherRun)).toEqual(shared);
    await vault.endRun(run);
    expect(asked.filter(({ path }) => path === '/revoke')).toEqual([]);
    expect(await vault.remove('one')).toMatchObject({ revoked: 2, standing: 0 });
    expect(
      asked.filter(({ path }) => path === '/revoke').map(({ form }) => [form['token'], form['token_type_hint']]),
    ).toEqual([
      ['token-1-0123', 'access_token'],
      ['refresh-0123', 'refresh_token'],
    ]);
  },
);

test(verifies('credentials.revoked', 'tokens of runs that a crash ended are ended by the next start'), async () => {
  const { asked, add, current, open, withdrawals, run } = await openTokenScene(provider());
  await add(ofClient, 'client-secret');
  await current();
  const next = await open();
  await next.endLostRuns();
  expect(asked.at(-1)?.form).toMatchObject({ token: 'token-1-0123' });
  expect(withdrawals).toMatchObject([{ cause: 'run_ended', run, revoked: 1 }]);
  await (await open()).endLostRuns();
  expect(withdrawals).toHaveLength(1);
});

test(verifies('credentials.revoked', 'a token that comes when its run has ended is ended too'), async () => {
  let answer: (() => void) | undefined;
  const { asked, vault, add, current, run, scene } = await openTokenScene(provider());
  const before = scene.answer;
  scene.answer = (one) => {
    answer?.();
    return before(one);
  };
  const isAsked = new Promise<void>((resolve) => (answer = resolve));
  await add(ofClient, 'client-secret');
  const coming = current();
  await isAsked;
  await vault.endRun(run);
  await coming;
  expect(asked.at(-1)).toMatchObject({ path: '/revoke', form: { token: 'token-1-0123' } });
});
