import type { ProposedCall } from './conversation.ts';

/** Calls whose effect nobody knows. The loop keeps a model from making one of them again by itself. */
export class UnknownEffects {
  readonly #calls = new Set<string>();

  add(call: ProposedCall): void {
    this.#calls.add(fingerprint(call));
  }

  has(call: ProposedCall): boolean {
    return this.#calls.has(fingerprint(call));
  }
}

function fingerprint({ tool, arguments: values }: ProposedCall): string {
  return JSON.stringify([tool, sortKeys(values)]);
}

/** A model may write the same arguments in another order. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sortKeys(inner)] as const);
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
