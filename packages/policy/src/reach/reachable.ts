import type { CompiledLayer, Snapshot } from '../compile/snapshot.ts';
import { hardBlock } from '../decide/platform.ts';
import { portsOf } from '../load/endpoint-protocol.ts';

/**
 * Whether a sandbox could be let through to this host, on some port, by some executable: what a resolver inside it may
 * admit to exist. It says too much rather than too little; whether a connection may be made is for `decide`.
 *
 * @param host in normal form ({@link normaliseHost}).
 */
export function isReachable(host: string, snapshot: Snapshot): boolean {
  if (hardBlock(host) !== undefined) return false;
  if (snapshot.learnsUntil !== null) return true;
  return portsIn(snapshot).some((port) => isNamedAt(host, port, snapshot));
}

function isNamedAt(host: string, port: number, { layers, grants, services }: Snapshot): boolean {
  let isOpened = grants.some(({ layer }) => names(layer, host, port));
  for (const layer of layers) {
    const isNamed = names(layer, host, port);
    // A section that the ceiling lacks bounds nothing, and its services are within it.
    if (layer.name !== 'ceiling') isOpened ||= isNamed;
    else if (layer.network !== null && !isNamed && !services.has(host)) return false;
  }
  return isOpened;
}

function names(layer: CompiledLayer, host: string, port: number): boolean {
  let isNamed = false;
  layer.network?.visit(host, port, undefined, {
    visit: () => {
      isNamed = true;
    },
  });
  return isNamed;
}

const ports = new WeakMap<Snapshot, readonly number[]>();

/** Every port that a document names. */
function portsIn(snapshot: Snapshot): readonly number[] {
  const known = ports.get(snapshot);
  if (known !== undefined) return known;
  const all = new Set<number>();
  for (const document of Object.values(snapshot.documents))
    for (const { endpoints } of Object.values(document.network_policies ?? {}))
      for (const endpoint of endpoints) for (const port of portsOf(endpoint)) all.add(port);
  const found = [...all];
  ports.set(snapshot, found);
  return found;
}
