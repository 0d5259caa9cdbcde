import type { Endpoint, NetworkPolicy, PolicyDocument } from '@clawhold/spec';
import { globsMeet } from '../ambiguity/globs-meet.ts';
import { compilePathPattern, type PathPattern } from '../endpoint/path-pattern.ts';
import { compileHostPattern, type HostPattern } from '../host/host-pattern.ts';
import { portsOf } from '../load/endpoint-protocol.ts';
import { writePath } from '../load/problem.ts';
import { textClasses } from '../space/classes.ts';
import { hostName } from '../space/shape.ts';

/** Another endpoint that is asked wherever one is: at all its hosts and ports, for all its callers. */
export interface Neighbour {
  readonly endpoint: Endpoint;
  /** As messages name it. */
  readonly place: string;
  readonly isEarlier: boolean;
  /** Of equal rank, so that its rules add up with those of the endpoint; of all others only the deny rules count. */
  readonly joins: boolean;
  /** Whether all paths of the endpoint are its own too. */
  readonly coversPath: boolean;
  /** Paths at which it is more specific, so that there it decides and the endpoint does not. */
  readonly takes: readonly string[];
}

interface Placed {
  readonly endpoint: Endpoint;
  readonly binaries: NetworkPolicy['binaries'];
  readonly path: readonly (string | number)[];
  readonly hosts: readonly HostPattern[];
  /** The same text for the same hosts. */
  readonly key: string;
  readonly order: number;
}

/** More endpoints of one host, or wildcards of a document, are not looked at together. */
const mostAlike = 64;
const mostWide = 1_000;

/** What stands around an endpoint. */
export interface Neighbourhood {
  readonly others: readonly Neighbour[];
  /** No other endpoint is ever asked about a request that this one is asked about. */
  readonly isAlone: boolean;
}

/** For each endpoint of a document what stands around it. */
export function neighbourhoods(document: PolicyDocument): ReadonlyMap<Endpoint, Neighbourhood> {
  const all = Object.entries(document.network_policies ?? {}).flatMap(([name, { endpoints, binaries }]) =>
    endpoints.map((endpoint, index) => ({
      endpoint,
      binaries,
      path: ['network_policies', name, 'endpoints', index],
      hosts: hostsOf(endpoint),
    })),
  );
  const placed = all.map((one, order): Placed => ({ ...one, order, key: sourcesOf(one.hosts) }));
  const alike = Map.groupBy(placed, ({ key }) => key);
  // Beside its equals only a wildcard, or a list of names, can be about all hosts of another.
  const wide = placed.filter(
    ({ endpoint, hosts }) => endpoint.deny_rules !== undefined && (hosts.length > 1 || hosts[0]?.glob !== null),
  );
  return new Map(
    placed.map((one) => {
      const equals = alike.get(one.key) ?? [];
      const others = [...(equals.length > mostAlike ? [] : equals), ...(wide.length > mostWide ? [] : wide)];
      const found = [...new Set(others)].flatMap((other) => neighbour(one, other) ?? []);
      return [one.endpoint, { others: found, isAlone: isAlone(one, placed) }] as const;
    }),
  );
}

function hostsOf(endpoint: Endpoint): readonly HostPattern[] {
  const hosts = compileHostPattern(endpoint.host);
  return hosts.kind === 'ok' ? hosts.patterns : [];
}

/** It is asked for where deny rules look superfluous: then they may be meant for another endpoint. */
function isAlone(one: Placed, all: readonly Placed[]): boolean {
  if (one.endpoint.access === undefined || one.endpoint.deny_rules === undefined) return false;
  const ports = portsOf(one.endpoint);
  return !all.some(
    (other) =>
      other !== one &&
      portsOf(other.endpoint).some((port) => ports.includes(port)) &&
      one.hosts.some((host) => other.hosts.some(({ source }) => globsMeet(host.source, source, '.'))),
  );
}

function neighbour(one: Placed, other: Placed): Neighbour | undefined {
  const ports = portsOf(other.endpoint);
  if (one === other || !portsOf(one.endpoint).every((port) => ports.includes(port))) return undefined;
  const isSame = one.key === other.key;
  if (!isSame && !one.hosts.every((host) => other.hosts.some((wider) => isWithin(host, wider)))) return undefined;
  const [own, theirs] = [pathsOf(one.endpoint), pathsOf(other.endpoint)];
  if (!hasCallers(one, other) || own === undefined || theirs === undefined) return undefined;
  const most = Math.max(...own.map(({ rank }) => rank));
  return {
    endpoint: other.endpoint,
    place: writePath(other.path),
    isEarlier: other.order < one.order,
    joins: isSame && sourcesOf(own) === sourcesOf(theirs),
    coversPath: own.every(({ source }) => theirs.some((wider) => wider.glob === null || wider.source === source)),
    takes: isSame ? theirs.filter(({ rank }) => rank > most).map(({ source }) => source) : [],
  };
}

function pathsOf({ path }: Endpoint): readonly PathPattern[] | undefined {
  const compiled = compilePathPattern(path);
  return compiled.kind === 'ok' ? compiled.patterns : undefined;
}

function sourcesOf(patterns: readonly (PathPattern | HostPattern)[]): string {
  return patterns
    .map(({ source }) => source)
    .toSorted()
    .join(' ');
}

/** Whether the second is open to every caller that the first is open to. */
function hasCallers({ binaries }: Placed, { binaries: others }: Placed): boolean {
  if (others === undefined || others.some(({ path }) => path === '**' || path === '/**')) return true;
  const known = new Set(others.map(({ path }) => path));
  return binaries?.every(({ path }) => known.has(path)) ?? false;
}

function isWithin(host: HostPattern, wider: HostPattern): boolean {
  if (host.source === wider.source) return true;
  if (wider.glob === null) return false;
  if (host.glob === null) return wider.glob.matches(host.source);
  const { classes, complete } = textClasses([host.source, wider.source], '.', hostName);
  return complete && classes.every(({ patterns }) => !patterns.includes(0) || patterns.includes(1));
}
