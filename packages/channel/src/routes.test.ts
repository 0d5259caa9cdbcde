import { join } from 'node:path';
import { ClawholdError, type PeerName, type Route, route } from '@clawhold/spec';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { callRoute, streamRoute } from './call-route.ts';
import { createChannelKey } from './key.ts';
import { listenChannel } from './listen.ts';
import { type Channel, openChannel } from './open.ts';
import { type Implementation, type ServeOptions, serveRoutes } from './serve-routes.ts';

const everyone: readonly PeerName[] = ['api', 'worker'];

const table = {
  join: route({
    method: 'POST',
    path: '/runs/:run/steps/:step',
    request: z.object({ run: z.string(), step: z.coerce.number().int(), note: z.string() }),
    response: z.object({ text: z.string() }),
    peers: everyone,
  }),
  readRun: route({
    method: 'GET',
    path: '/runs/:run',
    request: z.object({ run: z.string(), paths: z.array(z.string()).optional() }),
    response: z.object({ run: z.string(), paths: z.number() }),
    peers: everyone,
  }),
  listOpen: route({
    method: 'GET',
    path: '/runs/open',
    request: z.object({}),
    response: z.object({ runs: z.array(z.string()) }),
    peers: everyone,
  }),
  secret: route({
    method: 'POST',
    path: '/secret',
    request: z.object({}),
    response: z.object({}),
    peers: ['api'],
  }),
  fail: route({
    method: 'POST',
    path: '/fail',
    request: z.object({ how: z.string() }),
    response: z.object({}),
    peers: everyone,
  }),
  count: route({
    method: 'GET',
    path: '/count',
    request: z.object({ to: z.number(), failAt: z.number() }),
    response: z.object({ value: z.number() }),
    peers: everyone,
    stream: true,
  }),
};

interface Seen {
  readonly left: Promise<void>;
  readonly errors: unknown[];
}

async function serve(self: PeerName, options: ServeOptions = {}): Promise<Seen & { channel: Channel }> {
  const left = Promise.withResolvers<void>();
  const errors: unknown[] = [];
  const implementation: Implementation<typeof table> = {
    join: ({ run, step, note }, { peer }) => ({ text: `${peer} ${run} ${step + 1} ${note}` }),
    readRun: ({ run, paths }) => ({ run, paths: paths?.length ?? 0 }),
    listOpen: () => ({ runs: ['a'] }),
    secret: () => ({}),
    fail: ({ how }) => {
      if (how === 'known')
        throw new ClawholdError('state_ended', 'The run has ended.', { hint: 'Start another.', status: 409 });
      throw new Error('the password is 1234');
    },
    async *count({ to, failAt }, { signal }) {
      signal.addEventListener('abort', () => left.resolve());
      for (let value = 0; value < to; value++) {
        if (value === failAt) throw new ClawholdError('ledger_full', 'The spool is full.', { hint: 'Free space.' });
        yield { value };
      }
    },
  };
  const path = join(await temporaryFolder(), 'socket');
  const key = createChannelKey();
  const handler = serveRoutes(table, implementation, { onError: (error) => errors.push(error), ...options });
  const server = await listenChannel({ path, peers: { [self]: key }, handler });
  const channel = openChannel({ path, self, key });
  onTestFinished(async () => {
    channel.close();
    await server.close();
  });
  return { channel, left: left.promise, errors };
}

test('path, body and query carry the input; a fixed path wins over a parameter', async () => {
  const { channel } = await serve('worker');
  const input = { run: 'a/b ü?', step: 3, note: '✓' };
  expect(await callRoute(channel, table.join, input)).toEqual({ text: 'worker a/b ü? 4 ✓' });
  expect(await callRoute(channel, table.readRun, { run: 'x', paths: ['p&q', '='] })).toEqual({ run: 'x', paths: 2 });
  expect(await callRoute(channel, table.listOpen, {})).toEqual({ runs: ['a'] });
});

test(verifies('channel.peers-of-a-route', 'a peer that the table does not name is refused'), async () => {
  const { channel } = await serve('worker');
  await expect(callRoute(channel, table.secret, {})).rejects.toMatchObject({ code: 'auth_peer', status: 403 });
  const { channel: api } = await serve('api');
  expect(await callRoute(api, table.secret, {})).toEqual({});
});

test('a known error crosses with code, hint and status; an unknown one says nothing', async () => {
  const { channel, errors } = await serve('worker');
  await expect(callRoute(channel, table.fail, { how: 'known' })).rejects.toMatchObject({
    name: 'ClawholdError',
    code: 'state_ended',
    message: 'The run has ended.',
    hint: 'Start another.',
    status: 409,
  });
  const unknown = await callRoute(channel, table.fail, { how: 'unknown' }).catch((error: unknown) => error);
  expect(unknown).toMatchObject({ code: 'gateway_internal', status: 500 });
  expect(String(unknown)).not.toContain('1234');
  expect(errors).toEqual([new Error('the password is 1234')]);
});

test('input that the schema refuses is named', async () => {
  const { channel } = await serve('worker');
  // Against the types on purpose: this is what an older caller would send.
  const bad = { run: 'x', step: 'one', note: 'n' };
  await expect(callRoute(channel, table.join, bad)).rejects.toThrow('"step" of the request');
  const response = await channel.fetch('/fail', { method: 'POST', body: '[1' });
  expect(await response.json()).toMatchObject({ status: 400, code: 'input_malformed' });
});

test('an answer that the schema refuses is not believed', async () => {
  const { channel } = await serve('worker', {});
  const newer: Route = { ...table.listOpen, response: z.object({ runs: z.array(z.number()) }) };
  await expect(callRoute(channel, newer, {})).rejects.toMatchObject({ code: 'channel_answer' });
});

test('a body beyond the limit is refused, and the channel goes on', async () => {
  const { channel } = await serve('worker', { bodyBytes: 1000 });
  const large = { run: 'x', step: 1, note: 'n'.repeat(200_000) };
  await expect(callRoute(channel, table.join, large)).rejects.toMatchObject({ status: 413 });
  expect(await callRoute(channel, table.listOpen, {})).toEqual({ runs: ['a'] });
});

test('what no route is for goes to the fallback, or is 404', async () => {
  const strict = await serve('worker');
  expect((await strict.channel.fetch('/nothing')).status).toBe(404);
  const open = await serve('worker', { otherwise: (_request, response, peer) => void response.end(`else ${peer}`) });
  expect(await (await open.channel.fetch('/nothing')).text()).toBe('else worker');
});

test('a stream arrives part by part, and its error after the parts', async () => {
  const { channel } = await serve('worker');
  const values: number[] = [];
  for await (const { value } of streamRoute(channel, table.count, { to: 1000, failAt: -1 })) values.push(value);
  expect(values).toEqual(Array.from({ length: 1000 }, (_, index) => index));

  const some: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const { value } of streamRoute(channel, table.count, { to: 10, failAt: 3 })) some.push(value);
  };
  await expect(reading()).rejects.toMatchObject({ code: 'ledger_full', hint: 'Free space.' });
  expect(some).toEqual([0, 1, 2]);
});

test('leaving a stream early ends it on the other side', async () => {
  const { channel, left } = await serve('worker');
  for await (const { value } of streamRoute(channel, table.count, { to: Number.MAX_SAFE_INTEGER, failAt: -1 }))
    if (value === 5) break;
  await left;
});
