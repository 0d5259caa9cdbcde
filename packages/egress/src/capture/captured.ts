import type { Socket } from 'node:net';
import type { NameTable } from '../dns/name-table.ts';
import type { Identity } from '../hooks.ts';
import { Client } from '../http1/client.ts';
import { inside } from '../http1/serve.ts';
import type { ProxyContext } from '../proxy/context.ts';
import { openTunnel } from '../proxy/tunnel.ts';
import { capturedDoor } from '../proxy/tunnel-door.ts';

/**
 * Serves a connection of a program that ignores proxies. The address that it dialled stands for a host, and from there on
 * it is a tunnel to that host like any other: decided, checked and dialled as if it had been asked for by name. One that
 * stands for none leads nowhere. Never rejects.
 *
 * @param refused told of an address that stands for no host.
 */
export async function serveCaptured(
  context: ProxyContext,
  identity: Identity,
  socket: Socket,
  names: NameTable,
  refused: (place: string) => void,
): Promise<void> {
  const { localAddress = '', localPort: port = 0 } = socket;
  const host = names.hostOf(localAddress);
  // Nothing of it is read as HTTP before there is a tunnel.
  const situation = { kind: 'tunnel', scheme: 'http', host: host ?? '', port } as const;
  const client = new Client(identity, socket, situation, context.limits.idleSeconds);
  try {
    if (host === undefined) {
      refused(`${localAddress}:${port}`);
      client.reset();
      return;
    }
    const next = await openTunnel(context, client, { kind: 'authority', host, port }, inside, capturedDoor);
    if (next === 'close') client.finish();
  } catch {
    // A defect of ours or of a hook: the sandbox sees a broken connection.
    socket.destroy();
  }
}
