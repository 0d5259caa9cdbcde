import { compileSite } from '@clawhold/policy';
import type { CredentialBinding } from '@clawhold/spec';

/** A request as far as a binding looks at it, with its path in normal form. */
export interface BoundRequest {
  readonly agent: string;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
}

/** A binding, ready to be held against requests. */
export interface CompiledBinding {
  readonly places: ReadonlySet<string>;
  /** What of the request is not as the binding says, in words; undefined when all of it is. */
  violation(request: BoundRequest): string | undefined;
}

export type BindingResult =
  | { readonly kind: 'ok'; readonly binding: CompiledBinding }
  | { readonly kind: 'refused'; readonly reason: string };

export function compileBinding({ hosts, ports, methods, paths, agents, places }: CredentialBinding): BindingResult {
  const [onHosts, onPaths] = [compileSite(hosts, undefined), compileSite(hosts, paths)];
  if (onHosts.kind === 'refused') return onHosts;
  if (onPaths.kind === 'refused') return onPaths;
  const binding: CompiledBinding = {
    places: new Set(places),
    violation({ agent, host, port, method, path }) {
      if (agents?.includes(agent) === false) return `the agent ${agent}`;
      if (!onHosts.site.matches(host, '/')) return `the host ${host}`;
      if (!ports.includes(port)) return `the port ${port}`;
      if (methods?.includes(method) === false) return `the method ${method}`;
      if (!onPaths.site.matches(host, path)) return 'this path';
      return undefined;
    },
  };
  return { kind: 'ok', binding };
}
