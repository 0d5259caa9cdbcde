import type { PolicyDocument } from '@clawhold/spec';
import type { EndpointEntry } from '../endpoint/endpoint-index.ts';
import { compilePathPattern } from '../endpoint/path-pattern.ts';
import { compiledGlobs, type Glob } from '../glob/glob.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf } from '../load/endpoint-protocol.ts';
import type { Place } from '../load/place.ts';
import { compileEndpoint } from './compile-endpoint.ts';
import { type EndpointDraft, Network } from './network.ts';

/** Builds the index of a document that `documentFindings` found nothing wrong with. */
export function compileNetwork(place: Place, document: PolicyDocument): Network | null {
  if (document.network_policies === undefined) return null;
  const entries: EndpointEntry<EndpointDraft>[] = [];
  const lists = new Map<string, readonly Glob[]>();
  for (const [name, policy] of Object.entries(document.network_policies)) {
    const binaries = binariesOf(policy, lists);
    for (const [at, endpoint] of policy.endpoints.entries()) {
      const hosts = compileHostPattern(endpoint.host);
      const paths = compilePathPattern(endpoint.path);
      if (hosts.kind === 'refused' || paths.kind === 'refused') continue;
      const draft = compileEndpoint(place, `network_policies.${name}.endpoints[${at}]`, endpoint, binaries);
      for (const host of hosts.patterns)
        for (const port of portsOf(endpoint)) entries.push({ host, port, paths: paths.patterns, endpoint: draft });
    }
  }
  return new Network(entries);
}

type NetworkPolicy = NonNullable<PolicyDocument['network_policies']>[string];

/** The executables that a policy is for; null when it is for all. @param lists those that others are for. */
function binariesOf({ binaries }: NetworkPolicy, lists: Map<string, readonly Glob[]>): readonly Glob[] | null {
  if (binaries?.every(({ path }) => path !== '/**' && path !== '**') !== true) return null;
  const key = JSON.stringify(binaries.map(({ path }) => path));
  const list = lists.get(key) ?? binaries.flatMap(({ path }) => compiledGlobs(path, '/'));
  lists.set(key, list);
  return list;
}
