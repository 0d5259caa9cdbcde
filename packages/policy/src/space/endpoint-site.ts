import type { Endpoint, EndpointProtocol, Target } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf, protocolOf } from '../load/endpoint-protocol.ts';

/** One endpoint of any layer, with what of it can tell requests apart. */
export interface EndpointSite {
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  readonly protocol: EndpointProtocol;
  readonly endpoint: Endpoint;
  readonly binaries: readonly string[];
  /** What its rules are about, whether they allow, ask or forbid. */
  readonly targets: readonly Target[];
}

export function endpointSites(snapshots: readonly Snapshot[]): readonly EndpointSite[] {
  return snapshots.flatMap(({ documents }) =>
    Object.values(documents).flatMap((document) =>
      Object.values(document?.network_policies ?? {}).flatMap(({ endpoints, binaries = [] }) =>
        endpoints.map((endpoint) =>
          siteOf(
            endpoint,
            binaries.map(({ path }) => path),
          ),
        ),
      ),
    ),
  );
}

export function siteOf(endpoint: Endpoint, binaries: readonly string[]): EndpointSite {
  const hosts = compileHostPattern(endpoint.host);
  return {
    hosts: hosts.kind === 'ok' ? hosts.patterns.map(({ source }) => source) : [],
    ports: portsOf(endpoint),
    protocol: protocolOf(endpoint),
    endpoint,
    binaries,
    targets: [
      ...(endpoint.rules ?? []).flatMap(({ allow, ask }) => allow ?? ask ?? []),
      ...(endpoint.deny_rules ?? []),
      ...(endpoint.tools ?? []).map(({ name, where }) => ({
        method: 'tools/call',
        tool: name,
        ...(where === undefined ? {} : { where }),
      })),
    ],
  };
}
