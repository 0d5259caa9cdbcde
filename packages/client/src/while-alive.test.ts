import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createApiClient } from './api-client.ts';

/** A gateway that answers some paths, and accepts the others without ever a word. */
async function gateway(answers: Readonly<Record<string, number>>) {
  const server = createServer((request, response) => {
    const milliseconds = answers[`${request.method} ${request.url}`];
    if (milliseconds !== undefined) setTimeout(() => response.end('{"runs":[]}'), milliseconds);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return createApiClient({ origin: `http://127.0.0.1:${port}`, headers: () => ({}), patience: 100 });
}

test('a gateway that stands still is not waited for', async () => {
  const api = await gateway({});
  const refusal = { name: 'Unreachable', message: expect.stringContaining('stands still') };
  await expect(api.GET('/runs')).rejects.toMatchObject(refusal);
  await expect(api.download('/runs')).rejects.toMatchObject(refusal);
});

test('one that lives may take its time', async () => {
  const api = await gateway({ 'HEAD /': 0, 'GET /api/v1/runs': 700 });
  expect((await api.GET('/runs')).data).toEqual({ runs: [] });
});
