import { createRequire } from 'node:module';
import type { GeneratedWorkload, HostRules } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

/** The part of the package that is used; bench/ has dependencies of its own, which need not be installed. */
interface Cedar {
  preparsePolicySet(name: string, policies: { staticPolicies: string }): { readonly type: string };
  statefulIsAuthorized(call: unknown): {
    readonly type: string;
    readonly response?: { readonly decision: string };
  };
}

const everything = 'all hosts';

/** Cedar with all policies in one set. Undefined when the package is not installed. */
export function wholeCedarEngine({ hosts }: GeneratedWorkload): Engine | undefined {
  const cedar = load();
  if (cedar === undefined) return undefined;
  parse(cedar, everything, hosts);
  return engineOf(cedar, 'cedar-wasm, one set', () => everything);
}

/**
 * Cedar with its policies sliced as its documentation advises: one parsed policy set for each host, chosen by a map.
 * Undefined when the package is not installed.
 */
export function slicedCedarEngine({ hosts }: GeneratedWorkload): Engine | undefined {
  const cedar = load();
  if (cedar === undefined) return undefined;
  for (const rules of hosts) parse(cedar, rules.host, [rules]);
  const slices = new Set(hosts.map(({ host }) => host));
  return engineOf(cedar, 'cedar-wasm, sliced', (host) => (slices.has(host) ? host : undefined));
}

function load(): Cedar | undefined {
  try {
    // Typed by hand above, as far as it is used.
    return createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  } catch {
    return undefined;
  }
}

function parse(cedar: Cedar, name: string, hosts: readonly HostRules[]): void {
  const policies = hosts.flatMap(({ host, allow }) =>
    allow.map(
      ({ method, path }) =>
        `permit(principal, action == Action::"${method}", resource == Host::"${host}") when { context.path == "${path}" };`,
    ),
  );
  const parsed = cedar.preparsePolicySet(name, { staticPolicies: policies.join('\n') });
  if (parsed.type !== 'success') throw new Error('Cedar does not take the policies');
}

/** @param setFor the policy set of a host; undefined: there is none, and the answer is no. */
function engineOf(cedar: Cedar, name: string, setFor: (host: string) => string | undefined): Engine {
  return {
    name,
    slow: setFor('') === everything,
    prepare: ({ host, method, path }) => {
      const call = {
        principal: { type: 'Agent', id: 'bench' },
        action: { type: 'Action', id: method },
        resource: { type: 'Host', id: host },
        context: { path },
        preparsedPolicySetId: setFor(host),
        entities: [],
      };
      return () => setFor(host) !== undefined && cedar.statefulIsAuthorized(call).response?.decision === 'allow';
    },
  };
}
