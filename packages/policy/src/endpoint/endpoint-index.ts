import { PatternSets } from '../glob/pattern-sets.ts';
import type { HostPattern } from '../host/host-pattern.ts';
import { hostHash, tailHash } from '../host/host-reading.ts';
import { HashTable } from './hash-table.ts';
import { HostEndpoints, type PathCandidate, type Visitor } from './host-endpoints.ts';
import type { PathPattern } from './path-pattern.ts';

/** Where an endpoint is found. */
export interface EndpointEntry<Value> {
  readonly host: HostPattern;
  readonly port: number;
  readonly paths: readonly PathPattern[];
  readonly value: Value;
}

/**
 * Finds the endpoints that match host, port and path: names by a hash, wildcards by the hash of the labels after their
 * last wildcard, so that it does not matter how many there are. Only as many tails of a host are looked up as there are
 * different numbers of such labels.
 */
export class EndpointIndex<Value> {
  readonly #named: HashTable<HostEndpoints<Value>>;
  readonly #wild: HashTable<HostEndpoints<Value>>;
  readonly #tailLabels: readonly number[];
  readonly #names: readonly string[];

  constructor(entries: readonly EndpointEntry<Value>[]) {
    const sets = new PatternSets<PathCandidate<Value>>();
    const places = Map.groupBy(entries, ({ host, port }) => `${port} ${host.source}`);
    const [named, wild] = [new Map<number, HostEndpoints<Value>>(), new Map<number, HostEndpoints<Value>>()];
    const tailLabels = new Set<number>();
    const names = new Set<string>();
    for (const endpoints of places.values()) {
      const [first] = endpoints;
      if (first === undefined) continue;
      const { glob, source, suffix } = first.host;
      if (glob === null) names.add(source);
      else tailLabels.add(suffix.length);
      const index = glob === null ? named : wild;
      const hash = hostHash(glob === null ? source : suffix.toReversed().join('.'));
      index.set(hash, new HostEndpoints(first, endpoints, sets, index.get(hash) ?? null));
    }
    this.#named = new HashTable(named);
    this.#wild = new HashTable(wild);
    this.#tailLabels = [...tailLabels];
    this.#names = [...names];
  }

  /** @param path undefined for a connection: then every endpoint of host and port is visited, with path rank 0. */
  visit(host: string, port: number, path: string | undefined, visitor: Visitor<Value>): void {
    for (let at = this.#named.get(hostHash(host)); at !== null; at = at.next) at.visit(host, port, path, visitor);
    for (const labels of this.#tailLabels) {
      const hash = tailHash(host, labels);
      if (hash === undefined) continue;
      for (let at = this.#wild.get(hash); at !== null; at = at.next) at.visit(host, port, path, visitor);
    }
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return this.#names;
  }
}
