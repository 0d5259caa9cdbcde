import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { type Attachment, createNameTable, type Egress, type Identity, localHosts } from '@clawhold/egress';
import { capturedAddresses, captureListener, type ListenerRequest, type Sandbox } from '@clawhold/sandbox';

/** The port of the policy proxy inside every sandbox. */
const proxyPort = 3_128;
/** An address that exists only inside sandboxes (RFC 2544), where the names are that the proxy answers for itself. */
const localAddress = '198.18.0.1';

/** What programs that know proxies are told. */
export const proxyUrl: string = `http://127.0.0.1:${proxyPort}`;

/** Names that have an address of their own in every sandbox. */
export const sandboxHosts: Readonly<Record<string, string>> = Object.fromEntries(
  localHosts.map((host) => [host, localAddress]),
);

/** The listeners of every sandbox, by what they are for. There is no other way out. */
const requests = {
  proxy: { address: '127.0.0.1', port: proxyPort },
  local: { address: localAddress, port: 80 },
  capture: captureListener,
  // At every address: a program that asks a name server of its own choice gets our answers.
  names: { address: '0.0.0.0', port: 53, transport: 'datagram' },
  namesByStream: { address: '0.0.0.0', port: 53 },
} satisfies Readonly<Record<string, Omit<ListenerRequest, 'name'>>>;
type Door = keyof typeof requests;

export const listenerRequests: readonly ListenerRequest[] = Object.entries(requests).map(([name, request]) => ({
  name,
  ...request,
}));

/** Serves the listeners of a sandbox; from here on its programs are answered. */
export function openDoors(
  egress: Egress,
  identity: Identity,
  sandbox: Pick<Sandbox, 'attestation' | 'listener' | 'onRefused'>,
): readonly Attachment[] {
  const serve = (door: Door, server: Server): Server => {
    sandbox.listener(door).attach(server);
    return server;
  };
  const tellRefused = egress.refusedDatagrams(identity);
  sandbox.onRefused(({ address, port }) => tellRefused(`${address}:${port}`));
  const names = createNameTable(capturedAddresses);
  const datagrams = createSocket('udp4');
  sandbox.listener('names' satisfies Door).attach(datagrams);
  return [
    egress.attach({ kind: 'proxy', identity, server: serve('proxy', createServer()) }),
    egress.attach({ kind: 'direct-http', identity, server: serve('local', createServer()) }),
    // What one side has finished, the other may still answer.
    egress.attach({
      kind: 'capture',
      identity,
      names,
      server: serve('capture', createServer({ allowHalfOpen: true })),
    }),
    egress.attachNames({
      identity,
      names: sandbox.attestation.captures ? names : undefined,
      fixed: sandboxHosts,
      datagrams,
      streams: serve('namesByStream', createServer()),
    }),
  ];
}
