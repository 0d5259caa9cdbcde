import type { Glob } from '../glob/glob.ts';
import type { PatternSet, PatternSets } from '../glob/pattern-sets.ts';
import type { EndpointEntry } from './endpoint-index.ts';

/** Is told of an endpoint that matches, and how specific its host and its path are. */
export interface Visitor<Value> {
  visit(value: Value, hostRank: number, pathRank: number): void;
}

/** An endpoint with a path, and how specific that is. */
export interface PathCandidate<Value> {
  readonly value: Value;
  readonly rank: number;
}

/**
 * The endpoints of one host pattern at one port, and the way to the next that are found in the same place: those of
 * another port, or of another pattern with the same hash. Nearly always there is one endpoint, for every path; it stands
 * here itself, so that nothing else is touched on the way to it.
 */
export class HostEndpoints<Value> {
  readonly #port: number;
  readonly #host: string;
  /** Null for a host that is spelt out. */
  readonly #glob: Glob | null;
  readonly #rank: number;
  /** Null when there are several, or when it has a path. */
  readonly #only: Value | null;
  readonly next: HostEndpoints<Value> | null;
  /** Each once, for connections, of which no path is known. */
  readonly #all: readonly Value[];
  readonly #anyPath: readonly Value[];
  readonly #sets: PatternSets<PathCandidate<Value>>;
  readonly #paths: PatternSet;

  constructor(
    { host, port }: EndpointEntry<Value>,
    endpoints: readonly EndpointEntry<Value>[],
    sets: PatternSets<PathCandidate<Value>>,
    next: HostEndpoints<Value> | null,
  ) {
    this.#port = port;
    this.#host = host.source;
    this.#glob = host.glob;
    this.#rank = host.rank;
    this.#all = endpoints.map(({ value }) => value);
    this.#anyPath = endpoints.flatMap(({ paths, value }) =>
      paths.flatMap(({ glob }) => (glob === null ? [value] : [])),
    );
    const [first] = endpoints;
    const isOnly = endpoints.length === 1 && first?.paths.every(({ glob }) => glob === null) === true;
    this.#only = isOnly ? first.value : null;
    this.next = next;
    this.#sets = sets;
    this.#paths = sets.add(
      endpoints.flatMap(({ paths, value }) =>
        paths.flatMap(({ glob, rank }) => (glob === null ? [] : [{ glob, value: { value, rank } }])),
      ),
    );
  }

  /** Visits them when they are about this host and port. */
  visit(host: string, port: number, path: string | undefined, visitor: Visitor<Value>): void {
    if (port !== this.#port || !this.#isAbout(host)) return;
    const rank = this.#rank;
    if (this.#only !== null) visitor.visit(this.#only, rank, 0);
    else if (path === undefined) for (const value of this.#all) visitor.visit(value, rank, 0);
    else this.#visitPath(path, visitor);
  }

  #isAbout(host: string): boolean {
    return this.#glob === null ? host === this.#host : this.#glob.matches(host);
  }

  #visitPath(path: string, visitor: Visitor<Value>): void {
    const rank = this.#rank;
    for (const value of this.#anyPath) visitor.visit(value, rank, 0);
    const found: PathCandidate<Value>[] = [];
    this.#sets.find(this.#paths, path, found);
    for (const candidate of found) visitor.visit(candidate.value, rank, candidate.rank);
  }
}
