import type { Integers } from '../glob/integers.ts';
import { type PatternSet, PatternSets } from '../glob/pattern-sets.ts';
import type { EndpointVisitor } from './endpoint-index.ts';
import type { PathPattern } from './path-pattern.ts';

/** An endpoint with its paths. */
export interface PathsOfEndpoint {
  readonly paths: readonly PathPattern[];
  readonly endpoint: number;
}

interface SharedHost {
  /** Each once, for connections, of which no path is known. */
  readonly all: readonly number[];
  readonly anyPath: readonly number[];
  readonly byPath: PatternSet;
}

/** An endpoint with a path, and how specific that is. */
interface Candidate {
  readonly endpoint: number;
  readonly rank: number;
}

/** Hosts that several endpoints share, or one that is about some paths only. */
export class SharedHosts {
  readonly #hosts: SharedHost[] = [];
  readonly #paths: PatternSets<Candidate>;

  constructor(integers: Integers) {
    this.#paths = new PatternSets(integers);
  }

  /** Gives its place. */
  add(endpoints: readonly PathsOfEndpoint[]): number {
    const of = endpoints.flatMap(({ paths, endpoint }) => paths.map(({ glob, rank }) => ({ glob, rank, endpoint })));
    const byPath = of.flatMap(({ glob, ...value }) => (glob === null ? [] : [{ glob, value }]));
    const host = {
      all: endpoints.map(({ endpoint }) => endpoint),
      anyPath: of.flatMap(({ glob, endpoint }) => (glob === null ? [endpoint] : [])),
      byPath: this.#paths.add(byPath),
    };
    return this.#hosts.push(host) - 1;
  }

  visit(place: number, hostRank: number, path: string | undefined, visitor: EndpointVisitor): void {
    const host = this.#hosts[place];
    if (host === undefined) return;
    for (const endpoint of path === undefined ? host.all : host.anyPath) visitor.visit(endpoint, hostRank, 0);
    if (path === undefined) return;
    const found: Candidate[] = [];
    this.#paths.find(host.byPath, path, found);
    for (const { endpoint, rank } of found) visitor.visit(endpoint, hostRank, rank);
  }
}
