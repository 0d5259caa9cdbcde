import { HostIndex } from '../host/host-index.ts';
import { exactHostRank, type HostPattern } from '../host/host-pattern.ts';
import type { PathPattern } from './path-pattern.ts';
import { PortEndpoints, type Visitor } from './port-endpoints.ts';

/** Finds the endpoints that match host, port and path: by a hash each, so that it does not matter how many there are. */
export class EndpointIndex<Value> {
  readonly #hosts = new HostIndex<PortEndpoints<Value>>();
  readonly #bySource = new Map<string, PortEndpoints<Value>>();

  add(host: HostPattern, ports: readonly number[], paths: readonly PathPattern[], value: Value): void {
    for (const port of ports) this.#at(host, port).add(paths, value);
  }

  /** @param path undefined for a connection: then every endpoint of host and port is visited, with path rank 0. */
  visit(host: string, port: number, path: string | undefined, visitor: Visitor<Value>): void {
    this.#hosts.named(host)?.visit(port, exactHostRank, path, visitor);
    for (const { value, rank } of this.#hosts.wildcards(host)) value.visit(port, rank, path, visitor);
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return this.#hosts.names();
  }

  #at(host: HostPattern, port: number): PortEndpoints<Value> {
    const first = this.#bySource.get(host.source);
    if (first !== undefined) return first.at(port);
    const made = new PortEndpoints<Value>(port);
    this.#bySource.set(host.source, made);
    this.#hosts.add(host, made);
    return made;
  }
}
