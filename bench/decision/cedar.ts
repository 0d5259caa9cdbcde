import { createRequire } from 'node:module';
import type { GeneratedWorkload } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

/** The part of the package that is used; bench/ has dependencies of its own, which need not be installed. */
interface Cedar {
  preparsePolicySet(name: string, policies: { staticPolicies: string }): { readonly type: string };
  statefulIsAuthorized(call: unknown): {
    readonly type: string;
    readonly response?: { readonly decision: string };
  };
}

/**
 * Cedar with its policies sliced as its documentation advises: one parsed policy set for each host, chosen by a map.
 * Undefined when the package is not installed.
 */
export function cedarEngine({ hosts }: GeneratedWorkload): Engine | undefined {
  let cedar: Cedar;
  try {
    // Typed by hand above, as far as it is used.
    cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  } catch {
    return undefined;
  }
  const slices = new Set<string>();
  for (const { host, allow } of hosts) {
    const policies = allow.map(
      ({ method, path }) =>
        `permit(principal, action == Action::"${method}", resource == Host::"${host}") when { context.path == "${path}" };`,
    );
    const parsed = cedar.preparsePolicySet(host, { staticPolicies: policies.join('\n') });
    if (parsed.type !== 'success') throw new Error('Cedar does not take the policies');
    slices.add(host);
  }
  return {
    name: 'cedar-wasm 4.13.0, sliced',
    slow: false,
    prepare: ({ host, method, path }) => {
      const call = {
        principal: { type: 'Agent', id: 'bench' },
        action: { type: 'Action', id: method },
        resource: { type: 'Host', id: host },
        context: { path },
        preparsedPolicySetId: host,
        entities: [],
      };
      return () => slices.has(host) && cedar.statefulIsAuthorized(call).response?.decision === 'allow';
    },
  };
}
