import { Integers } from '../glob/integers.ts';
import type { HostPattern } from '../host/host-pattern.ts';
import { hostHash, tailHash } from '../host/host-reading.ts';
import { HashTable } from './hash-table.ts';
import { HostRows } from './host-rows.ts';
import type { PathPattern } from './path-pattern.ts';
import { type PathsOfEndpoint, SharedHosts } from './shared-hosts.ts';

/** Where an endpoint is found. */
export interface EndpointEntry<Endpoint> {
  readonly host: HostPattern;
  readonly port: number;
  readonly paths: readonly PathPattern[];
  readonly endpoint: Endpoint;
}

/** Is told of an endpoint that matches, and how specific its host and its path are. */
export interface EndpointVisitor {
  visit(endpoint: number, hostRank: number, pathRank: number): void;
}

/**
 * Finds the endpoints that match host, port and path: names by a hash, wildcards by the hash of the labels after their
 * last wildcard, so that it does not matter how many there are. Only as many tails of a host are looked up as there are
 * different numbers of such labels. What is found is a number for each.
 */
export class EndpointIndex<Endpoint> {
  readonly #rows: HostRows;
  readonly #shared: SharedHosts;
  readonly #named: HashTable;
  readonly #wild: HashTable;
  readonly #tailLabels: readonly number[];
  readonly #names: readonly string[];

  /**
   * @param write gives the number of an endpoint, not below 0. It is asked right before the host is written to
   *   `integers`, so that what it writes there stands beside that.
   */
  constructor(
    entries: readonly EndpointEntry<Endpoint>[],
    write: (endpoint: Endpoint) => number,
    integers: Integers = new Integers(),
  ) {
    this.#rows = new HostRows(integers);
    this.#shared = new SharedHosts(integers);
    const places = [...Map.groupBy(entries, ({ host, port }) => `${port} ${host.source}`).values()];
    const isNamed = ([first]: readonly EndpointEntry<Endpoint>[]): boolean => first?.host.glob === null;
    this.#named = new HashTable(places.filter(isNamed).length);
    this.#wild = new HashTable(places.filter((place) => !isNamed(place)).length);
    for (const place of places) this.#add(place, write);
    const hosts = entries.map(({ host }) => host);
    this.#tailLabels = [...new Set(hosts.flatMap(({ glob, suffix }) => (glob === null ? [] : [suffix.length])))];
    this.#names = [...new Set(hosts.flatMap(({ glob, source }) => (glob === null ? [source] : [])))];
  }

  /** @param path undefined for a connection: then every endpoint of host and port is visited, with path rank 0. */
  visit(host: string, port: number, path: string | undefined, visitor: EndpointVisitor): void {
    this.#visitRows(this.#named.get(hostHash(host)), host, port, path, visitor);
    for (const labels of this.#tailLabels) {
      const hash = tailHash(host, labels);
      if (hash !== undefined) this.#visitRows(this.#wild.get(hash), host, port, path, visitor);
    }
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return this.#names;
  }

  /** @param place the endpoints of one host pattern at one port. */
  #add(place: readonly EndpointEntry<Endpoint>[], write: (endpoint: Endpoint) => number): void {
    const [first] = place;
    if (first === undefined) return;
    const { host, port } = first;
    const endpoints = place.map(({ paths, endpoint }) => ({ paths, endpoint: write(endpoint) }));
    const table = host.glob === null ? this.#named : this.#wild;
    const hash = hostHash(host.glob === null ? host.source : host.suffix.toReversed().join('.'));
    table.set(hash, this.#rows.add(host, port, this.#numberOf(endpoints), table.get(hash)));
  }

  /** The endpoint itself where it is the only one, for every path, as it nearly always is; below 0 the place of several. */
  #numberOf(endpoints: readonly PathsOfEndpoint[]): number {
    const [first] = endpoints;
    const isOnly = endpoints.length === 1 && first?.paths.every(({ glob }) => glob === null) === true;
    return isOnly ? first.endpoint : ~this.#shared.add(endpoints);
  }

  /** @param first the first of the rows that are found by one hash: of another port, or of another pattern. */
  #visitRows(first: number, host: string, port: number, path: string | undefined, visitor: EndpointVisitor): void {
    for (let row = first; row !== 0; row = this.#rows.next(row)) {
      if (!this.#rows.isAbout(row, host, port)) continue;
      const endpoint = this.#rows.endpoint(row);
      const rank = this.#rows.rank(row);
      if (endpoint >= 0) visitor.visit(endpoint, rank, 0);
      else this.#shared.visit(~endpoint, rank, path, visitor);
    }
  }
}
