import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadCertificateAuthority } from '@clawhold/egress';
import { credentialDefinitionSchema, formatId, idEntropyBytes, type RunId } from '@clawhold/spec';
import { temporaryFolder } from '@clawhold/testkit';
import { onTestFinished } from 'vitest';
import { createTokenCall } from '../credentials/sources/token-call.ts';
import { openVault, type Vault } from '../credentials/vault.ts';
import type { Withdrawal } from '../credentials/withdrawal.ts';

/** A request that the endpoints got. */
export interface Asked {
  /** Path of the URL. */
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}
export type Answer = (asked: Asked) => {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
};

export const start: number = Date.UTC(2026, 10, 22);

/** A vault before a token endpoint over real TLS, with a clock that the test sets. */
export async function openTokenScene(answer: Answer) {
  const folder = await temporaryFolder();
  const authority = await loadCertificateAuthority(join(folder, 'authority'), Date.now);
  const asked: Asked[] = [];
  const scene = { answer };
  const server = createServer(
    { SNICallback: (name, done) => done(null, authority.issue(name)) },
    async (request, response) => {
      const path = request.url ?? '';
      const one = {
        path,
        form: Object.fromEntries(new URLSearchParams(await text(request))),
        headers: request.headers,
      };
      asked.push(one);
      const { status = 200, headers = {}, body } = scene.answer(one);
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    },
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // of a TCP server
  // Every name is this server; what it is called is checked by TLS.
  const call = createTokenCall(async () => connect(port, '127.0.0.1'), [authority.certificate]);
  const clock = { now: start };
  const withdrawals: Withdrawal[] = [];
  const onWithdrawn = (one: Withdrawal): void => void withdrawals.push(one);
  const open = (): Promise<Vault> =>
    openVault(join(folder, 'credentials'), { call, now: () => clock.now }, { onWithdrawn });
  const vault = await open();

  async function add(source: object, secret: string): Promise<void> {
    const places = 'role_arn' in source ? ['sigv4'] : ['header:authorization'];
    const definition = credentialDefinitionSchema.parse({ source, binding: { hosts: ['api.example.com'], places } });
    await vault.add('one', definition, secret);
  }
  const run = formatId('run', Buffer.alloc(idEntropyBytes));
  const current = async (from: Vault = vault, ofRun: RunId = run) => from.find('one')?.source.current(ofRun);
  return { asked, clock, scene, vault, open, add, current, withdrawals, run };
}
