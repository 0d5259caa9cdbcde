import type { LayerName } from '../load/layer.ts';

/** Over what a counter adds up. */
export type CounterWindow =
  | { readonly kind: 'run' }
  | { readonly kind: 'day' }
  /** Everything that was ever taken, whoever took it. */
  | { readonly kind: 'ever' }
  | { readonly kind: 'seconds'; readonly seconds: number };

/** Whose spending one counter adds up. */
export type CounterOwner = 'run' | 'agent' | 'everyone';

/** The counter of a budget: `tokens/run`, `egress/day`, `wall/run`; `tokens/everyone/day` for the day of an outer layer. */
export function budgetCounter(layer: LayerName, kind: string, per: 'run' | 'day'): string {
  return layer === 'agent' || per === 'run' ? `${kind}/${per}` : `${kind}${everyone}${per}`;
}

/** A day and the last seconds are the agent's where its own document counts them, and everyone's where an outer layer does. */
export function counterOwner(counter: string): CounterOwner {
  const { kind } = counterWindow(counter);
  if (kind === 'run') return 'run';
  if (kind === 'ever' || counter.includes(everyone)) return 'everyone';
  return kind === 'day' || counter.startsWith('burst/agent/') ? 'agent' : 'everyone';
}

const everyone = '/everyone/';

/** The counter of a burst rule: `burst/agent/tools[0]/600s`. */
export function burstCounter(layer: string, rule: number, seconds: number): string {
  return `burst/${layer}/tools[${rule}]/${seconds}s`;
}

/** The counter of the uses of a granted rule: `grant/prp_7k2m9qx4hc`. */
export function grantCounter(rule: string): string {
  return `${grantPrefix}${rule}`;
}

const grantPrefix = 'grant/';

/** Reads from a counter's name over what it adds up; whoever keeps counters forgets what is older. Default: the run. */
export function counterWindow(counter: string): CounterWindow {
  if (counter.startsWith(grantPrefix)) return { kind: 'ever' };
  if (counter.endsWith('/day')) return { kind: 'day' };
  const seconds = /\/(\d+)s$/.exec(counter)?.[1];
  return seconds === undefined ? { kind: 'run' } : { kind: 'seconds', seconds: Number(seconds) };
}
