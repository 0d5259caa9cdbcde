import type { Endpoint, PolicyDocument } from '@clawhold/spec';
import { compilePathPattern, type PathPattern } from '../endpoint/path-pattern.ts';
import { compileHostPattern, type HostPattern } from '../host/host-pattern.ts';
import { portsOf } from '../load/endpoint-protocol.ts';
import { type Finding, writePath } from '../load/problem.ts';
import { conflictingPairs, type Signed } from './conflicting-pairs.ts';
import { connectionSignature, difference, requestSignature, type Signature, writeSignature } from './signature.ts';

interface Placed {
  readonly endpoint: Endpoint;
  readonly path: readonly (string | number)[];
  readonly host: HostPattern;
  readonly port: number;
  /** Where it stands in the document, counted. */
  readonly order: number;
  readonly connection: string;
  readonly request: string;
}

/** A document with more is mended a few at a time. */
const mostFindings = 20;

/**
 * Endpoints of equal rank that can be about the same request and disagree on how it is read, on credentials or on limits.
 * Whichever won, a reader of the other would believe something false. Rules may differ: they add up.
 */
export function findAmbiguities(document: PolicyDocument): readonly Finding[] {
  const groups = Map.groupBy(placedEndpoints(document), ({ host, port }) => `${host.rank} ${tailOf(host)} ${port}`);
  const found = new Map<string, Finding>();
  for (const group of groups.values()) {
    for (const [one, other] of connectionPairs(group)) note(found, one, other, connectionSignature);
    for (const [one, other] of requestPairs(group)) note(found, one, other, requestSignature);
    if (found.size >= mostFindings) break;
  }
  return [...found.values()];
}

function placedEndpoints(document: PolicyDocument): readonly Placed[] {
  let order = 0;
  return Object.entries(document.network_policies ?? {}).flatMap(([name, policy]) =>
    policy.endpoints.flatMap((endpoint, index) => {
      const hosts = compileHostPattern(endpoint.host);
      if (hosts.kind === 'refused') return [];
      const path = ['network_policies', name, 'endpoints', index];
      const at = order++;
      const connection = writeSignature(connectionSignature(endpoint));
      const request = writeSignature(requestSignature(endpoint));
      return hosts.patterns.flatMap((host) =>
        portsOf(endpoint).map((port) => ({ endpoint, path, host, port, order: at, connection, request })),
      );
    }),
  );
}

/** Two hosts of equal rank can only meet when this is equal too: a name itself, or the labels after the last wildcard. */
function tailOf({ glob, source, suffix }: HostPattern): string {
  return glob === null ? source : suffix.join('.');
}

type Pairs = readonly (readonly [Placed, Placed])[];

function connectionPairs(group: readonly Placed[]): Pairs {
  const signed = group.map((value) => ({ pattern: value.host.source, signature: value.connection, value }));
  return conflictingPairs(signed, '.', mostFindings);
}

function requestPairs(group: readonly Placed[]): Pairs {
  if (new Set(group.map(({ request }) => request)).size < 2) return [];
  const ranked = group.flatMap((placed) => pathsOf(placed.endpoint).map((path) => ({ placed, path })));
  return [...Map.groupBy(ranked, ({ path }) => path.rank).values()].flatMap((equals) => {
    const signed: readonly Signed<Placed>[] = equals.map(({ placed, path }) => ({
      // One text for both: a path begins with a slash, and no host holds one. Of equals all have a path, or none.
      pattern: `${placed.host.source.replaceAll('.', '/')}${path.source}`,
      signature: placed.request,
      value: placed,
    }));
    return conflictingPairs(signed, '/', mostFindings);
  });
}

function pathsOf(endpoint: Endpoint): readonly PathPattern[] {
  const compiled = compilePathPattern(endpoint.path);
  return compiled.kind === 'ok' ? compiled.patterns : [];
}

function note(
  found: Map<string, Finding>,
  one: Placed,
  other: Placed,
  signatureOf: (endpoint: Endpoint) => Signature,
): void {
  const [earlier, later] = one.order < other.order ? [one, other] : [other, one];
  const place = writePath(later.path);
  if (found.has(place)) return;
  const what = difference(signatureOf(later.endpoint), signatureOf(earlier.endpoint));
  const message = `${later.host.source}:${later.port} ${what.startsWith('`') ? 'is ambiguous: ' : 'is '}${what} in ${writePath(earlier.path)}; make them agree.`;
  found.set(place, { path: later.path, message, other: earlier.path });
}
