import { TextIndex } from '../glob/text-index.ts';
import type { PathPattern } from './path-pattern.ts';

/** Is told of an endpoint that matches, and how specific its host and its path are. */
export interface Visitor<Value> {
  visit(value: Value, hostRank: number, pathRank: number): void;
}

interface Candidate<Value> {
  readonly value: Value;
  readonly rank: number;
}

/** Several endpoints, or some with a path. */
interface Several<Value> {
  /** Each endpoint once, for connections, of which no path is known. */
  readonly all: Value[];
  readonly anyPath: Value[];
  readonly paths: TextIndex<Candidate<Value>>;
}

/**
 * The endpoints of one host pattern at one port, and the way to its next port: a host has few. Nearly always there is
 * one endpoint, for every path; it stands here itself, so that nothing else is touched on the way to it.
 */
export class PortEndpoints<Value> {
  readonly #port: number;
  #next: PortEndpoints<Value> | null = null;
  #only: Value | null = null;
  #several: Several<Value> | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Those of another port of the same host, made when there are none. */
  at(port: number): PortEndpoints<Value> {
    if (port === this.#port) return this;
    this.#next ??= new PortEndpoints(port);
    return this.#next.at(port);
  }

  add(paths: readonly PathPattern[], value: Value): void {
    const everyPath = paths.every(({ glob }) => glob === null);
    if (everyPath && this.#only === null && this.#several === null) {
      this.#only = value;
      return;
    }
    const { all, anyPath, paths: byPath } = this.#asSeveral();
    all.push(value);
    for (const { glob, rank } of paths)
      if (glob === null) anyPath.push(value);
      else byPath.add(glob, { value, rank });
  }

  visit(port: number, rank: number, path: string | undefined, visitor: Visitor<Value>): void {
    if (port !== this.#port) this.#next?.visit(port, rank, path, visitor);
    else if (this.#only !== null) visitor.visit(this.#only, rank, 0);
    else if (this.#several !== null) visitSeveral(this.#several, rank, path, visitor);
  }

  #asSeveral(): Several<Value> {
    if (this.#several !== null) return this.#several;
    const before = this.#only === null ? [] : [this.#only];
    this.#only = null;
    this.#several = { all: [...before], anyPath: [...before], paths: new TextIndex() };
    return this.#several;
  }
}

function visitSeveral<Value>(
  { all, anyPath, paths }: Several<Value>,
  rank: number,
  path: string | undefined,
  visitor: Visitor<Value>,
): void {
  for (const value of path === undefined ? all : anyPath) visitor.visit(value, rank, 0);
  if (path === undefined) return;
  const found: Candidate<Value>[] = [];
  paths.find(path, found);
  for (const candidate of found) visitor.visit(candidate.value, rank, candidate.rank);
}
