import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { createSecureContext } from 'node:tls';
import { verifies } from '@clawhold/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { decision, listen, startProxy, talk } from '../testing.ts';
import { shop, startOldOrigin, world } from '../testing-tls.ts';
import { signLeaf } from '../tls/certificate.ts';
import type { CompanyProxy } from './company-proxy.ts';

const address = '93.184.215.14';
const end = `Host: ${shop}\r\nConnection: close\r\n\r\n`;
const request = `GET https://${shop}/a HTTP/1.1\r\n${end}`;

/** A certificate of 127.0.0.1. No authority of ours could vouch for that, so it is believed by itself. */
function ownCertificate(): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 3_600_000) };
  const cert = signLeaf('127.0.0.1', publicKey, { name: 'company', publicKey, privateKey }, validity);
  return { cert, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
}

interface Company {
  readonly port: number;
  /** What it was asked for, and with which credentials. */
  readonly asked: readonly string[];
}

/** A company's proxy that leads every address to one server, for whoever has the password. */
async function startCompany(server: Server, origin: number): Promise<Company> {
  const asked: string[] = [];
  server.on('connect', ({ url, headers }, socket) => {
    asked.push(`${url} ${headers['proxy-authorization']}`);
    if (headers['proxy-authorization'] !== 'Basic dTpw') {
      socket.end('HTTP/1.1 407 No\r\n\r\n');
      return;
    }
    const inner = connect(origin, '127.0.0.1', () => socket.write('HTTP/1.1 200 Yes\r\n\r\n'));
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, asked };
}

const start = (companyProxy: CompanyProxy, resolved = address) =>
  startProxy({
    companyProxy,
    roots: [world.certificate],
    resolve: async () => [resolved],
    decide: () => decision('allow'),
  });

test(
  verifies('egress.company-proxy', 'the checked address is asked for, and the host is verified through it'),
  async () => {
    const authorizations: unknown[] = [];
    await using origin = await startOldOrigin(({ headers }, response) => {
      authorizations.push(headers['proxy-authorization']);
      response.end('inside');
    });
    const own = ownCertificate();
    const company = await startCompany(createSecureServer(own), origin.port);
    const trust = createSecureContext({ ca: [own.cert], allowPartialTrustChain: true });
    await using proxy = await start({ host: '127.0.0.1', port: company.port, trust, authorization: 'Basic dTpw' });
    expect(await talk(proxy.port, request)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*inside/);
    expect(company.asked).toEqual([`${address}:443 Basic dTpw`]);
    expect(authorizations).toEqual([undefined]);
  },
);

test(verifies('egress.company-proxy', 'one that cannot prove who it is gets no credentials'), async () => {
  await using origin = await startOldOrigin((_request, response) => response.end());
  const company = await startCompany(createSecureServer(ownCertificate()), origin.port);
  const trust = createSecureContext({ ca: [ownCertificate().cert], allowPartialTrustChain: true });
  await using proxy = await start({ host: '127.0.0.1', port: company.port, trust, authorization: 'Basic dTpw' });
  expect(await talk(proxy.port, request)).toMatch(/^HTTP\/1\.1 502 [\s\S]*upstream_company_proxy"/);
  expect(company.asked).toEqual([]);
});

test(verifies('egress.company-proxy', 'an address that is not public is not asked for'), async () => {
  const company = await startCompany(createServer(), 1);
  const options = { host: '127.0.0.1', port: company.port, trust: undefined, authorization: 'Basic dTpw' };
  await using proxy = await start(options, '10.0.0.5');
  expect(await talk(proxy.port, request)).toMatch(/^HTTP\/1\.1 403 [\s\S]*not a public address/);
  expect(company.asked).toEqual([]);
});

test('wrong credentials, and a proxy that says no or nothing, are told apart', async () => {
  const company = await startCompany(createServer(), 1);
  const options = { host: '127.0.0.1', port: company.port, trust: undefined };
  await using without = await start({ ...options, authorization: undefined });
  expect(await talk(without.port, request)).toContain('upstream_company_proxy_credentials');
  const closed = createServer((_request, response) => response.end());
  closed.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'));
  const port = await listen(closed);
  await using refused = await start({ ...options, port, authorization: undefined });
  expect(await talk(refused.port, request)).toContain('upstream_company_proxy_refused');
  closed.close();
  await once(closed, 'close');
  await using gone = await start({ ...options, port, authorization: undefined });
  expect(await talk(gone.port, request)).toContain('upstream_company_proxy"');
});
