import { TextIndex } from '../glob/text-index.ts';
import { HostIndex } from '../host/host-index.ts';
import type { HostPattern } from '../host/host-pattern.ts';
import type { PathPattern } from './path-pattern.ts';

interface Candidate<Value> {
  readonly value: Value;
  readonly rank: number;
}

/** The endpoints of one host pattern at one port; a pattern has few ports, so they stand in a row. */
interface AtPort<Value> {
  readonly port: number;
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
  readonly #hosts = new HostIndex<AtPort<Value>[]>();
  readonly #bySource = new Map<string, AtPort<Value>[]>();

  add(host: HostPattern, ports: readonly number[], paths: readonly PathPattern[], value: Value): void {
    let atPorts = this.#bySource.get(host.source);
    if (atPorts === undefined) {
      atPorts = [];
      this.#bySource.set(host.source, atPorts);
      this.#hosts.add(host, atPorts);
    }
    for (const port of ports) {
      let atPort = atPorts.find((one) => one.port === port);
      if (atPort === undefined) {
        atPort = { port, all: [], anyPath: [], paths: null };
        atPorts.push(atPort);
      }
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
    for (const { value: atPorts, rank } of this.#hosts.find(host))
      for (const atPort of atPorts) if (atPort.port === port) visitAt(atPort, rank, path, visitor);
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return this.#hosts.names();
  }
}

function visitAt<Value>(
  { all, anyPath, paths }: AtPort<Value>,
  rank: number,
  path: string | undefined,
  visitor: Visitor<Value>,
): void {
  for (const value of path === undefined ? all : anyPath) visitor.visit(value, rank, 0);
  if (path === undefined || paths === null) return;
  const found: Candidate<Value>[] = [];
  paths.find(path, found);
  for (const candidate of found) visitor.visit(candidate.value, rank, candidate.rank);
}
