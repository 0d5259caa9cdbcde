import type { HostPattern } from './host-pattern.ts';

interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  readonly entries: { readonly pattern: HostPattern; readonly value: Value }[];
}

/** Finds the values whose host pattern matches: names by a hash, wildcards by a trie over their spelt-out last labels. */
export class HostIndex<Value> {
  readonly #exact = new Map<string, Value[]>();
  readonly #root: Node<Value> = { children: new Map(), entries: [] };
  #wildcards = 0;

  add(pattern: HostPattern, value: Value): void {
    if (pattern.glob === null) {
      const values = this.#exact.get(pattern.source);
      if (values === undefined) this.#exact.set(pattern.source, [value]);
      else values.push(value);
      return;
    }
    this.#wildcards++;
    let node = this.#root;
    for (const label of pattern.suffix) {
      let child = node.children.get(label);
      if (child === undefined) {
        child = { children: new Map(), entries: [] };
        node.children.set(label, child);
      }
      node = child;
    }
    node.entries.push({ pattern, value });
  }

  /** Calls `visit` with each matching value and the rank of the pattern that matched. */
  visit(host: string, exactRank: number, visit: (value: Value, rank: number) => void): void {
    const exact = this.#exact.get(host);
    if (exact !== undefined) for (const value of exact) visit(value, exactRank);
    if (this.#wildcards === 0) return;
    let node: Node<Value> | undefined = this.#root;
    let end = host.length;
    while (node !== undefined && end > 0) {
      const dot: number = host.lastIndexOf('.', end - 1);
      node = node.children.get(host.slice(dot + 1, end));
      end = dot;
      if (node === undefined) return;
      for (const { pattern, value } of node.entries)
        if (pattern.glob?.matches(host) === true) visit(value, pattern.rank);
    }
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return [...this.#exact.keys()];
  }
}
