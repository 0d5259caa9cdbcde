/** Over what a counter adds up. */
export type CounterWindow =
  | { readonly kind: 'run' }
  | { readonly kind: 'day' }
  /** Everything that was ever taken, whoever took it. */
  | { readonly kind: 'ever' }
  | { readonly kind: 'seconds'; readonly seconds: number };

/** The counter of a budget: `tokens/run`, `egress/day`, `wall/run`. */
export function budgetCounter(kind: string, per: 'run' | 'day'): string {
  return `${kind}/${per}`;
}

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
