import type { PolicyDocument } from '@clawhold/spec';
import { type EndpointEntry, EndpointIndex } from '../endpoint/endpoint-index.ts';
import { compilePathPattern } from '../endpoint/path-pattern.ts';
import { compiledGlobs } from '../glob/glob.ts';
import { PatternSets } from '../glob/pattern-sets.ts';
import { compileHostPattern } from '../host/host-pattern.ts';
import { portsOf } from '../load/endpoint-protocol.ts';
import type { Place } from '../load/place.ts';
import { compileEndpoint } from './compile-endpoint.ts';
import type { RuleSets } from './compile-rules.ts';
import type { CompiledEndpoint } from './snapshot.ts';

/** Builds the index of a document that `documentFindings` found nothing wrong with. */
export function compileNetwork(place: Place, document: PolicyDocument): EndpointIndex<CompiledEndpoint> | null {
  if (document.network_policies === undefined) return null;
  const sets: RuleSets = { rules: new PatternSets(), denies: new PatternSets() };
  const entries: EndpointEntry<CompiledEndpoint>[] = [];
  for (const [name, policy] of Object.entries(document.network_policies)) {
    const isOpen = policy.binaries?.every(({ path }) => path !== '/**' && path !== '**') !== true;
    const binaries = isOpen ? null : (policy.binaries?.flatMap(({ path }) => compiledGlobs(path, '/')) ?? null);
    for (const [at, endpoint] of policy.endpoints.entries()) {
      const hosts = compileHostPattern(endpoint.host);
      const paths = compilePathPattern(endpoint.path);
      if (hosts.kind === 'refused' || paths.kind === 'refused') continue;
      const value = compileEndpoint(place, `network_policies.${name}.endpoints[${at}]`, endpoint, binaries, sets);
      for (const host of hosts.patterns)
        for (const port of portsOf(endpoint)) entries.push({ host, port, paths: paths.patterns, value });
    }
  }
  return new EndpointIndex(entries);
}
