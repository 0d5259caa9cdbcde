import type { Glob } from '../glob/glob.ts';
import type { HostPattern } from './host-pattern.ts';

/** A value that was found by a wildcard, and how specific that is. */
export interface RankedValue<Value> {
  readonly value: Value;
  readonly rank: number;
}

interface WildcardEntry<Value> extends RankedValue<Value> {
  readonly glob: Glob;
}

const nothing: readonly never[] = Object.freeze([]);

/**
 * Finds the values whose host pattern matches, one for each pattern: names by a hash, wildcards by a hash of the labels
 * after their last wildcard. Only as many tails of a host are looked up as there are different numbers of such labels.
 */
export class HostIndex<Value> {
  readonly #named = new Map<string, Value>();
  readonly #wildcards = new Map<string, WildcardEntry<Value>[]>();
  readonly #tailLabels: number[] = [];

  /** A pattern is added once. */
  add({ glob, source, suffix, rank }: HostPattern, value: Value): void {
    if (glob === null) {
      this.#named.set(source, value);
      return;
    }
    const tail = suffix.toReversed().join('.');
    const entries = this.#wildcards.get(tail);
    if (entries === undefined) this.#wildcards.set(tail, [{ value, rank, glob }]);
    else entries.push({ value, rank, glob });
    if (!this.#tailLabels.includes(suffix.length)) this.#tailLabels.push(suffix.length);
  }

  /** The value of the pattern that spells this host out. */
  named(host: string): Value | undefined {
    return this.#named.get(host);
  }

  /** The values of the patterns with a wildcard that match. */
  wildcards(host: string): readonly RankedValue<Value>[] {
    let found: RankedValue<Value>[] | undefined;
    for (const labels of this.#tailLabels) {
      const tail = tailOf(host, labels);
      const entries = tail === undefined ? undefined : this.#wildcards.get(tail);
      if (entries === undefined) continue;
      for (const entry of entries) {
        if (!entry.glob.matches(host)) continue;
        found ??= [];
        found.push(entry);
      }
    }
    return found ?? nothing;
  }

  /** The hosts that are spelt out. */
  names(): readonly string[] {
    return [...this.#named.keys()];
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
