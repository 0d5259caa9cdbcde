import { isIP } from 'node:net';
import { type CompanyProxy, createDialler, type Dialler, systemResolver } from '@clawhold/egress';
import type { Dial } from '@clawhold/inference';
import type { NamedModelServer } from '@clawhold/policy';
import { ClawholdError, formatId, idEntropyBytes, limits } from '@clawhold/spec';

/** Lookups are fair between sandboxes; the platform's own take their turn as one more of them. */
const platform = formatId('sandbox', new Uint8Array(idEntropyBytes));

/**
 * Dials a cloud provider through the same check of addresses as everything else that leaves, and a server that the ceiling
 * names at the addresses it names, looked up anew each time: a name that came to point elsewhere is refused.
 *
 * @param servers of the ceiling in force. @param proxy through which cloud providers are reached. Default: directly.
 */
export function createModelDial(servers: () => readonly NamedModelServer[], proxy?: CompanyProxy): Dial {
  const resolve = systemResolver();
  const dialler = createDialler({ resolve, seconds: limits.dialSeconds, proxy });
  // What the ceiling names stands on this side of the company's proxy.
  const inHouse = createDialler({ resolve, seconds: limits.dialSeconds });
  const isNamed = (host: string, port: number): boolean =>
    servers().some((server) => server.host === host && server.port === port);

  async function addressesOf(host: string, port: number): Promise<readonly string[]> {
    const named = servers().find((server) => server.host === host && server.port === port);
    return named === undefined ? publicAddresses(dialler, host, port) : namedAddresses(named);
  }

  async function namedAddresses({ host, addresses }: NamedModelServer): Promise<readonly string[]> {
    const found = isIP(host) === 0 ? await resolve(host, platform).catch(() => []) : [host];
    if (found.length === 0) throw new ClawholdError('model_unreachable', `The name ${host} was not found.`);
    const stray = found.find((address) => !addresses.includes(address));
    if (stray === undefined) return found;
    throw new ClawholdError(
      'model_unreachable',
      `${host} points to ${stray}, which the ceiling does not name for it.`,
      {
        hint: 'If the server moved, change its `addresses` under inference.servers in ceiling.yaml.',
      },
    );
  }

  return async ({ host: written, port }, signal) => {
    const host = written.replace(/^\[(.*)\]$/, '$1');
    const addresses = await addressesOf(host, port);
    signal.throwIfAborted();
    const opened = await (isNamed(host, port) ? inHouse : dialler).open(
      addresses.map((address) => ({ kind: 'address', address, port })),
    );
    if (opened.kind === 'fault') throw new ClawholdError('model_unreachable', `${host}: ${opened.text}`);
    if (signal.aborted) opened.socket.destroy();
    signal.throwIfAborted();
    return opened.socket;
  };
}

async function publicAddresses(dialler: Dialler, host: string, port: number): Promise<readonly string[]> {
  const checked = await dialler.check(host, platform);
  if (checked.kind === 'addresses') return checked.addresses;
  if (checked.kind === 'fault') throw new ClawholdError('model_unreachable', `${host}: ${checked.text}`);
  throw new ClawholdError('model_unreachable', checked.reason.text, {
    hint: `If it is your own model server, name it in ceiling.yaml: inference: { servers: [{ host: ${host}, port: ${port}, addresses: [...] }] }`,
  });
}
