import type { InferenceQuestion, Label } from '@clawhold/spec';
import type { CompiledRoute, Snapshot } from '../compile/snapshot.ts';

/**
 * Where the policy sends what has this label: the first route that holds, of the outermost layer with routes. Undefined:
 * nowhere else than it was meant for. `no answer`: a condition has none, so nobody knows where, and it goes nowhere.
 */
export function modelRoute(data: Label, { layers }: Snapshot): CompiledRoute | 'no answer' | undefined {
  const routes = layers.find(({ routes: own }) => own.length > 0)?.routes ?? [];
  const labels = { integrity: data.integrity, confidentiality: data.confidentiality, readers: data.readers ?? [] };
  for (const route of routes) {
    const holds = route.when === null || route.when.holds({ labels });
    if (holds === undefined) return 'no answer';
    if (holds) return route.use === 'default' ? undefined : route;
  }
  return undefined;
}

/** Whether a request for this model goes where the route leads. */
export function isOnRoute({ use }: CompiledRoute, { provider, model, locality }: InferenceQuestion): boolean {
  return use === 'local' ? locality === 'local' : use === `${provider}/${model}`;
}
