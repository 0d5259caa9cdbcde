import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { compileHostPattern } from '../host/host-pattern.ts';
import { modeOf, portsOf } from './endpoint-mode.ts';
import type { LayerName } from './layer.ts';
import { writePath } from './problem.ts';

interface Placed {
  readonly layer: LayerName;
  readonly endpoint: Endpoint;
  readonly path: readonly (string | number)[];
}

export interface Conflict {
  readonly layer: LayerName;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Endpoints of one layer for the same host and port that disagree about whether requests are read. Whichever won, a
 * reader of the other would believe something false.
 */
export function findConflicts(layer: LayerName, document: PolicyDocument): readonly Conflict[] {
  const first = new Map<string, Placed>();
  const conflicts: Conflict[] = [];
  for (const placed of placedEndpoints(layer, document)) {
    const hosts = compileHostPattern(placed.endpoint.host);
    if (hosts.kind === 'refused') continue;
    for (const { source } of hosts.patterns)
      for (const port of portsOf(placed.endpoint)) {
        const where = `${source}:${port}`;
        const earlier = first.get(where);
        if (earlier === undefined) first.set(where, placed);
        else if (guard(earlier.endpoint) !== guard(placed.endpoint))
          conflicts.push({
            layer,
            path: placed.path,
            message: `${where} is ${guard(placed.endpoint)} here and ${guard(earlier.endpoint)} in ${writePath(earlier.path)}; make them agree.`,
          });
      }
  }
  return conflicts;
}

/** Protocol and TLS together, in words: this is what two endpoints must agree on. */
function guard(endpoint: Endpoint): string {
  return modeOf(endpoint) === 'rest' ? 'read request by request (rest)' : 'let through unread (tcp)';
}

function placedEndpoints(layer: LayerName, document: PolicyDocument): readonly Placed[] {
  return Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) =>
    policy.endpoints.map((endpoint, index) => ({
      layer,
      endpoint,
      path: ['network_policies', name, 'endpoints', index],
    })),
  );
}
