import type { Caller, EgressQuestion, Label, Parameter } from '@clawhold/spec';
import type { Snapshot } from '../compile/snapshot.ts';
import { normaliseHost } from '../host/host.ts';
import { textClasses } from './classes.ts';
import { type EndpointSite, endpointSites } from './endpoint-site.ts';
import type { Limits } from './limits.ts';
import { messagesOf } from './message-space.ts';
import { queriesOf } from './query-space.ts';
import { allowsEncodedSlash, encodedSlashPatterns, hostName, normalPath, pathsAt } from './shape.ts';

/** What an agent's program usually touches, when nobody says otherwise. */
export const ordinaryData: Label = Object.freeze({
  integrity: 'local',
  confidentiality: 'internal',
  readers: null,
  sources: [],
});

/**
 * One connection or request for every way in which the rules of these policies can tell two of them apart: for hosts,
 * ports, methods, paths and executables these are all there are, so that what holds for each of these holds for every
 * request. Where that is not so, `limits` is told.
 *
 * @param labels what the data may be that leaves.
 * @param hosts more patterns that hosts are to be told apart by.
 * @param destinations the values that requests with a destination have, a list for each try. Default: none has any.
 */
export function* requestSpace(
  snapshots: readonly Snapshot[],
  labels: readonly Label[],
  limits: Limits,
  hosts: readonly string[] = [],
  destinations: readonly (readonly Parameter[])[] = [[]],
): Generator<EgressQuestion> {
  const sites = endpointSites(snapshots);
  const services = snapshots.flatMap((snapshot) => [...snapshot.services]);
  const patterns = [...new Set([...sites.flatMap((site) => site.hosts), ...services, ...hosts])];
  for (const host of hostsOf(patterns, sites, limits)) {
    const ports = new Set([443, ...host.sites.flatMap((site) => site.ports)]);
    for (const port of ports) {
      const here = host.sites.filter((site) => site.ports.includes(port));
      for (const caller of callersOf(here, limits))
        for (const data of labels) {
          const common = { kind: 'egress', caller, host: host.name, port, data } as const;
          yield { ...common, scheme: 'tcp' };
          const scheme = port === 443 ? 'https' : 'http';
          for (const operation of operationsOf(here, limits, destinations)) yield { ...common, scheme, operation };
        }
    }
  }
}

interface HostClass {
  readonly name: string;
  readonly sites: readonly EndpointSite[];
}

function* hostsOf(patterns: readonly string[], sites: readonly EndpointSite[], limits: Limits): Generator<HostClass> {
  const { classes, complete } = textClasses(patterns, '.', hostName);
  if (!complete) limits.incomplete('hosts');
  for (const { example, patterns: matched } of classes) {
    const sources = new Set(matched.map((at) => patterns[at]));
    yield { name: example, sites: sites.filter(({ hosts }) => hosts.some((host) => sources.has(host))) };
  }
  // Addresses are spelt out, or not in a policy at all.
  for (const pattern of patterns) {
    const normal = normaliseHost(pattern);
    if (normal.kind === 'ok' && normal.address !== null)
      yield { name: normal.host, sites: sites.filter(({ hosts }) => hosts.includes(pattern)) };
  }
}

function callersOf(sites: readonly EndpointSite[], limits: Limits): readonly Caller[] {
  const patterns = [...new Set(sites.flatMap(({ binaries }) => binaries))];
  if (patterns.length === 0) return [{ agent: 'agent' }];
  const { classes, complete } = textClasses(patterns, '/', normalPath);
  if (!complete) limits.incomplete('executables');
  const named = classes.filter((found) => found.patterns.length > 0).map(({ example }) => example);
  if (named.length > maximumExecutables) limits.incomplete('executables');
  const families = named.length > maximumExecutables ? named.map((one) => [one]) : subsetsOf(named);
  return [
    { agent: 'agent' },
    ...families.map((ancestors) => ({ agent: 'agent', executable: '/nobody', ancestors: [...ancestors] })),
  ];
}

/** Up to this many executables every set of them is tried as the ancestors of a caller. */
const maximumExecutables = 4;

function subsetsOf(values: readonly string[]): readonly (readonly string[])[] {
  const subsets: (readonly string[])[] = [[]];
  for (const value of values) subsets.push(...subsets.map((subset) => [...subset, value]));
  return subsets;
}

function* operationsOf(
  sites: readonly EndpointSite[],
  limits: Limits,
  destinations: readonly (readonly Parameter[])[],
): Generator<NonNullable<EgressQuestion['operation']>> {
  const targets = sites.flatMap((site) => site.targets);
  if (targets.some(({ where }) => where !== undefined)) limits.conditional('where');
  const chooses = sites.some(({ endpoint }) => endpoint.rules?.some(({ destination }) => destination !== undefined));
  const values = chooses ? destinations : [[]];
  if (chooses && values.every((list) => list.length === 0)) limits.conditional('destination');
  const patterns = [...new Set([...sites.map(({ endpoint }) => endpoint.path), ...targets.map(({ path }) => path)])];
  const endpoints = sites.map(({ endpoint }) => endpoint);
  const { classes, complete } = textClasses(
    [
      ...patterns.filter((pattern) => pattern !== undefined),
      ...(allowsEncodedSlash(endpoints) ? encodedSlashPatterns : []),
    ],
    '/',
    pathsAt(endpoints),
  );
  if (!complete) limits.incomplete('paths');
  const messages = [undefined, ...messagesOf(sites, limits)];
  for (const { example: path } of classes)
    for (const method of methodsOf(sites))
      for (const query of queriesOf(targets, limits))
        for (const message of messages)
          for (const parameters of values)
            yield { method, path, query, parameters: [...parameters], ...(message === undefined ? {} : { message }) };
}

/** A method that no rule names stands for all others. */
const otherMethod = 'PURGE';

function methodsOf(sites: readonly EndpointSite[]): ReadonlySet<string> {
  const named = sites.flatMap(({ targets }) => targets.flatMap(({ method }) => method?.toUpperCase() ?? []));
  const words = named.filter((method) => /^[A-Z][A-Z0-9-]*$/.test(method) && !method.startsWith('WEBSOCKET'));
  return new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', ...words, otherMethod]);
}
