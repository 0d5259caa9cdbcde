import type { Network } from '../compile/network.ts';
import type { CompiledLayer, Snapshot } from '../compile/snapshot.ts';

/** Whether a rule about this host and port is for certain executables: then a decision may depend on who calls. */
export function isNarrowed(host: string, port: number, { networks, grants }: Snapshot): boolean {
  const isFor = ({ network }: CompiledLayer): boolean => network !== null && hasCallers(network, host, port);
  return networks.some(isFor) || grants.some(({ layer }) => isFor(layer));
}

function hasCallers(network: Network, host: string, port: number): boolean {
  let isNarrow = false;
  network.visit(host, port, undefined, {
    visit: (endpoint) => {
      isNarrow ||= network.callers(endpoint) !== null;
    },
  });
  return isNarrow;
}
