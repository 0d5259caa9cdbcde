import type { HostPattern } from './host-pattern.ts';

/** A value that was found, and how specific the pattern was that found it. */
export interface RankedValue<Value> {
  readonly value: Value;
  readonly rank: number;
}

interface WildcardEntry<Value> extends RankedValue<Value> {
  matches(host: string): boolean;
}

const nothing: readonly never[] = Object.freeze([]);

/**
 * Finds the values whose host pattern matches: names by a hash, wildcards by a hash of the labels after their last
 * wildcard. Only as many tails of a host are looked up as there are different numbers of such labels.
 */
export class HostIndex<Value> {
  readonly #exact = new Map<string, RankedValue<Value>[]>();
  readonly #wildcards = new Map<string, WildcardEntry<Value>[]>();
  readonly #tailLabels: number[] = [];

  add(pattern: HostPattern, value: Value): void {
    const { glob, source, suffix, rank } = pattern;
    if (glob === null) {
      append(this.#exact, source, { value, rank });
      return;
    }
    append(this.#wildcards, suffix.toReversed().join('.'), { value, rank, matches: (host) => glob.matches(host) });
    if (!this.#tailLabels.includes(suffix.length)) this.#tailLabels.push(suffix.length);
  }

  find(host: string): readonly RankedValue<Value>[] {
    const exact = this.#exact.get(host) ?? nothing;
    if (this.#tailLabels.length === 0) return exact;
    let found: RankedValue<Value>[] | undefined;
    for (const labels of this.#tailLabels) {
      const tail = tailOf(host, labels);
      const entries = tail === undefined ? undefined : this.#wildcards.get(tail);
      if (entries === undefined) continue;
      for (const entry of entries) {
        if (!entry.matches(host)) continue;
        found ??= [...exact];
        found.push(entry);
      }
    }
    return found ?? exact;
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return [...this.#exact.keys()];
  }
}

/** The last labels of a host; undefined when it has no more than those. */
function tailOf(host: string, labels: number): string | undefined {
  let at = host.length;
  for (let count = 0; count < labels; count++) {
    at = host.lastIndexOf('.', at - 1);
    if (at <= 0) return undefined;
  }
  return host.slice(at + 1);
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
