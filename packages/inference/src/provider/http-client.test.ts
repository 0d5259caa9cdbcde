import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { loadCertificateAuthority } from '@clawhold/egress';
import { temporaryFolder, verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { readText } from '../body.ts';
import { type Dial, dialLoopback } from './dial.ts';
import { type HttpTarget, sendHttp } from './http-client.ts';

/** A TLS server for `api.example.com` on loopback, and a target that dials it under any name. */
async function tlsServer(): Promise<{ readonly target: (url: string) => HttpTarget; readonly names: string[] }> {
  const authority = await loadCertificateAuthority(await temporaryFolder());
  const names: string[] = [];
  const server = createServer({
    SNICallback: (name, done) => {
      names.push(name);
      done(null, authority.issue('api.example.com'));
    },
  });
  server.on('request', (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // a server that listens on TCP has such an address
  const dial: Dial = (_, signal) => dialLoopback({ host: '127.0.0.1', port }, signal);
  return {
    names,
    target: (url) => ({ name: 'cloud', baseUrl: new URL(url), dial, authorities: [authority.certificate] }),
  };
}

const models = { method: 'GET', path: '/models', headers: {}, signal: new AbortController().signal } as const;

test('a provider behind TLS is asked under its name, over the dialled connection', async () => {
  const { target, names } = await tlsServer();
  const answer = await sendHttp(target('https://api.example.com/v1'), models);
  expect(await readText(answer.body, 100)).toBe('{}');
  expect(names).toEqual(['api.example.com']);
});

test(
  verifies(
    'inference.keys-stay-inside',
    'a server whose certificate is for another name, or of nobody, gets no request',
  ),
  async () => {
    const { target } = await tlsServer();
    await expect(sendHttp(target('https://other.example.com/v1'), models)).rejects.toMatchObject({
      code: 'model_unreachable',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    const { name, baseUrl, dial } = target('https://api.example.com/v1');
    await expect(sendHttp({ name, baseUrl, dial }, models)).rejects.toMatchObject({ code: 'model_unreachable' });
  },
);

test(
  verifies(
    'inference.dead-server-one-sentence',
    'a connection that cannot be opened is one sentence, without its inside',
  ),
  async () => {
    const target: HttpTarget = {
      name: 'cloud',
      baseUrl: new URL('https://api.example.com/v1'),
      dial: () => Promise.reject(new Error('never said')),
    };
    await expect(sendHttp(target, models)).rejects.toMatchObject({
      message: 'The model server cloud at api.example.com cannot be reached.',
    });
  },
);
