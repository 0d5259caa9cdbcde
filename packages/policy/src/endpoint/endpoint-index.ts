import { TextIndex } from '../glob/text-index.ts';
import { HostIndex } from '../host/host-index.ts';
import type { HostPattern } from '../host/host-pattern.ts';
import type { PathPattern } from './path-pattern.ts';

interface Candidate<Value> {
  readonly value: Value;
  readonly rank: number;
}

interface AtPort<Value> {
  /** Each endpoint once, for connections, of which no path is known. */
  readonly all: Value[];
  readonly anyPath: Value[];
  paths: TextIndex<Candidate<Value>> | null;
}

/** Is told of an endpoint that matches, and how specific its host and its path are. */
export interface Visitor<Value> {
  visit(value: Value, hostRank: number, pathRank: number): void;
}

/** Finds the endpoints that match host, port and path: by a hash each, so that it does not matter how many there are. */
export class EndpointIndex<Value> {
  readonly #hosts = new HostIndex<Map<number, AtPort<Value>>>();
  readonly #bySource = new Map<string, Map<number, AtPort<Value>>>();

  add(host: HostPattern, ports: readonly number[], paths: readonly PathPattern[], value: Value): void {
    let byPort = this.#bySource.get(host.source);
    if (byPort === undefined) {
      byPort = new Map();
      this.#bySource.set(host.source, byPort);
      this.#hosts.add(host, byPort);
    }
    for (const port of ports) {
      const atPort = byPort.get(port) ?? { all: [], anyPath: [], paths: null };
      byPort.set(port, atPort);
      atPort.all.push(value);
      for (const { glob, rank } of paths)
        if (glob === null) atPort.anyPath.push(value);
        else {
          atPort.paths ??= new TextIndex('/');
          atPort.paths.add(glob, { value, rank });
        }
    }
  }

  /** @param path undefined for a connection: then every endpoint of host and port is visited, with path rank 0. */
  visit(host: string, port: number, path: string | undefined, visitor: Visitor<Value>): void {
    for (const { value: byPort, rank } of this.#hosts.find(host)) {
      const atPort = byPort.get(port);
      if (atPort === undefined) continue;
      for (const value of path === undefined ? atPort.all : atPort.anyPath) visitor.visit(value, rank, 0);
      if (path === undefined || atPort.paths === null) continue;
      const found: Candidate<Value>[] = [];
      atPort.paths.find(path, found);
      for (const candidate of found) visitor.visit(candidate.value, rank, candidate.rank);
    }
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return this.#hosts.names();
  }
}
