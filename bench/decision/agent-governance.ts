import { createRequire } from 'node:module';
import type { GeneratedWorkload } from '../workloads/decision.ts';
import type { Engine } from './engine.ts';

/** The part of the package that is used; bench/ has dependencies of its own, which need not be installed. */
interface Governance {
  readonly PolicyEngine: new () => {
    loadPolicy(policy: unknown): void;
    evaluatePolicy(agent: string, context: Record<string, unknown>): { readonly allowed: boolean };
  };
}

/** Microsoft's agent governance toolkit with one policy that holds a rule for each method and path. */
export function agentGovernanceEngine({ hosts }: GeneratedWorkload): Engine | undefined {
  let governance: Governance;
  try {
    // Typed by hand above, as far as it is used.
    governance = createRequire(import.meta.url)('@microsoft/agent-governance-sdk') as Governance;
  } catch {
    return undefined;
  }
  const engine = new governance.PolicyEngine();
  engine.loadPolicy({
    name: 'bench',
    default_action: 'deny',
    rules: hosts.flatMap(({ host, allow }) =>
      allow.map(({ method, path }) => ({
        name: `${host} ${method} ${path}`,
        condition: `host == '${host}' and method == '${method}' and path == '${path}'`,
        ruleAction: 'allow',
      })),
    ),
  });
  return {
    name: 'agent-governance-sdk 4.0.0',
    slow: true,
    prepare: ({ host, method, path }) => {
      const context = { host, method, path };
      return () => engine.evaluatePolicy('bench', context).allowed;
    },
  };
}
