import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient } from './api-client.ts';
import { followEvents } from './events.ts';
import { Unreachable } from './problem.ts';

type Answer = Parameters<typeof createServer>[1];

async function serve(answer: Answer): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer(answer ?? (() => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a connection that breaks is opened again where it was', async () => {
  const asked: (string | undefined)[] = [];
  const { origin } = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`id: ${asked.length}\nevent: entry\ndata: ${asked.length}\n\n`);
  });
  const client = createApiClient({ origin, headers: () => ({}) });
  const seen: string[] = [];
  const ending = new AbortController();
  for await (const { data } of client.follow('/x', { signal: ending.signal })) {
    seen.push(data);
    if (seen.length === 3) ending.abort();
  }
  expect(seen).toEqual(['1', '2', '3']);
  expect(asked).toEqual(['/api/v1/x?after=0', '/api/v1/x?after=1', '/api/v1/x?after=2']);
});

test('a gateway that is gone is given up when the caller says so, and failures in a row are counted', async () => {
  const { server, origin } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('event: entry\ndata: 1\n\n', () => server.close());
  });
  const client = createApiClient({ origin, headers: () => ({}) });
  const counted: number[] = [];
  const tryAgain = (failures: number): boolean => counted.push(failures) < 3;
  const seen: string[] = [];
  const following = (async () => {
    for await (const { data } of client.follow('/x', { signal: new AbortController().signal, tryAgain }))
      seen.push(data);
  })();
  await expect(following).rejects.toBeInstanceOf(Unreachable);
  expect([seen, counted]).toEqual([['1'], [1, 2, 3]]);
});

test('a stream that falls silent counts as broken', async () => {
  const events = followEvents(async () => new Response(new ReadableStream()), '/x', {
    signal: new AbortController().signal,
    silence: 50,
    tryAgain: () => false,
  });
  await expect(events.next()).rejects.toMatchObject({ message: 'Clawhold fell silent.' });
});

test('a refusal is final', async () => {
  const { origin } = await serve((_, response) => {
    response.writeHead(404, { 'content-type': 'application/problem+json' });
    response.end(
      JSON.stringify({ type: 'about:blank', title: 'There is no run.', status: 404, code: 'state_no_such_run' }),
    );
  });
  const events = createApiClient({ origin, headers: () => ({}) }).follow('/x', {
    signal: new AbortController().signal,
  });
  await expect(events.next()).rejects.toMatchObject({ code: 'state_no_such_run', status: 404 });
});
