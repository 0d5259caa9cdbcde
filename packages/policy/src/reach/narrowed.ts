import type { Snapshot } from '../compile/snapshot.ts';

/** Whether a rule about this host and port is for certain executables: then a decision may depend on who calls. */
export function isNarrowed(host: string, port: number, { layers, grants }: Snapshot): boolean {
  let isNarrow = false;
  for (const { network } of [...layers, ...grants.map(({ layer }) => layer)])
    network?.visit(host, port, undefined, {
      visit: (endpoint) => {
        isNarrow ||= network.callers(endpoint) !== null;
      },
    });
  return isNarrow;
}
